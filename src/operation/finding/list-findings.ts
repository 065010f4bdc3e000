import type { EnvironmentStore, FoundPlace } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { judge, type FindingState, type ListedFinding } from "./state.ts";

/** Everything that scans found and the store keeps, what is new first, then by place. */
export async function listFindings(context: Context): Promise<readonly ListedFinding[]> {
  demand(context, "viewer");
  // a name that the manifest does not know would be made in the store
  await context.loadPlatform();
  return readEnvironment(context, async (environment) => {
    const listed = await judged(environment, context.clock.now());
    return listed.toSorted((a, b) => order[a.state] - order[b.state] || byPlace(a.place, b.place) || a.id - b.id);
  });
}

/** Those that nobody has done anything about. */
export async function newFindings(environment: EnvironmentStore, now: number): Promise<readonly ListedFinding[]> {
  return (await judged(environment, now)).filter(({ state }) => state === "new");
}

async function judged({ findings, values }: EnvironmentStore, now: number): Promise<readonly ListedFinding[]> {
  const [kept, versions] = [await findings.list(), await values.all()];
  return kept.map((one) => judge(one, versions, now));
}

const order: Readonly<Record<FindingState, number>> = { new: 0, rotated: 1, accepted: 2, gone: 3 };

function byPlace(a: FoundPlace, b: FoundPlace): number {
  const [one, other] = [a, b].map(({ where, path }) => `${where} ${path}`);
  return one === other ? (a.line ?? 0) - (b.line ?? 0) : (one ?? "") < (other ?? "") ? -1 : 1;
}
