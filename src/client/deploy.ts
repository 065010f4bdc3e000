import { AppError } from "#kernel";
import type {
  ApplyRequest,
  ApplyResult,
  Home,
  Imported,
  ProgressEvent,
  Remainder,
  RollbackProposal,
  ResumeRequest,
} from "#operation";
import { confirmed } from "./confirmed.ts";
import { inPath } from "./name.ts";
import { planOf, rolledOut, type Plan } from "./rolled-out.ts";
import type { Server } from "./server.ts";

type Deploys = "applyPlatform" | "findRemainder" | "resumeRollout" | "rollBack" | "takeRolloutBack";

/** What changes hosts: the server carries it out, and this command shows it, asks, and looks on. */
export function deploys(server: Server): Pick<Home, Deploys> {
  const { askHere } = server;
  const findRemainder = (): Promise<Remainder> => askHere<Remainder>("GET", "/rollouts/open");
  const endOpen =
    (verb: "continue" | "take-back", kind: "rolled-out" | "taken-back") =>
    async ({ confirm, ...watcher }: ResumeRequest): Promise<ApplyResult> => {
      const open = await findRemainder();
      if (!(await confirm(open))) return { kind: "cancelled", plan: await planOf(server, open.rollout) };
      const begun = await askHere<Begun>("POST", `/rollouts/${inPath(open.rollout)}/${verb}`);
      return { kind, ...(await rolledOut(server, { ...watcher, ...begun })) };
    };
  return {
    findRemainder,
    resumeRollout: endOpen("continue", "rolled-out"),
    takeRolloutBack: endOpen("take-back", "taken-back"),
    applyPlatform: ({ part, source, overrideFreeze, confirm, ...watcher }) => {
      if (source !== undefined) throw sourceAway(server);
      const body = { part, overrideFreeze };
      const look = () => askHere<Planned>("POST", "/rollouts/preview", { body });
      const begin = (expected: string) => askHere<BegunOrNothing>("POST", "/rollouts", { body: { ...body, expected } });
      return rollOut(server, { ...watcher, part, look, confirm, begin });
    },
    rollBack: async ({ part, to, overrideFreeze, confirm, ...watcher }) => {
      const result = await confirmed({
        look: () => askHere<Proposed>("POST", "/rollback/preview", { body: { part, to } }),
        confirm: ({ proposal }) => confirm(proposal),
        begin: (expected) =>
          askHere<BegunOrNothing>("POST", "/rollback", { body: { part, to, overrideFreeze, expected } }),
      });
      const { proposal } = result.shown;
      if (result.kind !== "begun") return { kind: "cancelled", proposal };
      return { kind: "applied", proposal, applied: await followed(server, result.begun, { ...watcher, part }) };
    },
  };
}

interface Begun {
  readonly rollout: string;
  readonly after?: string;
}

export type BegunOrNothing = Begun | { readonly kind: "nothing" };

export interface Planned {
  readonly kind: "planned" | "nothing";
  readonly plan: Plan;
  readonly digest: string;
  readonly imported?: Imported;
  readonly told: readonly ProgressEvent[];
}

interface Proposed {
  readonly proposal: RollbackProposal;
  readonly digest: string;
}

type Watching = Pick<ApplyRequest, "part" | "onEvent" | "signal">;

interface RollingOut extends Watching {
  readonly look: () => Promise<Planned>;
  readonly confirm: ApplyRequest["confirm"];
  readonly begin: (expected: string) => Promise<BegunOrNothing>;
}

/** Shows what would be done, asks, has it begun and looks on until its end. */
export async function rollOut(server: Server, { look, confirm, begin, ...watching }: RollingOut): Promise<ApplyResult> {
  const { onEvent } = watching;
  const result = await confirmed({
    look: async () => {
      const planned = await look();
      for (const event of planned.told) onEvent(event);
      return planned;
    },
    isIdle: ({ kind }) => kind === "nothing",
    confirm: ({ plan, imported }) => confirm(plan, imported),
    begin,
  });
  const { plan, imported } = result.shown;
  const taken = imported === undefined ? {} : { imported };
  if (result.kind === "cancelled") return { kind: "cancelled", plan };
  if (result.kind === "nothing") return { kind: "nothing", plan, ...taken };
  return { ...(await followed(server, result.begun, watching)), ...taken };
}

/** What found nothing to do tells no plan: it is the one that is there now. */
async function followed(server: Server, begun: BegunOrNothing, { part, ...watcher }: Watching): Promise<ApplyResult> {
  if ("rollout" in begun) return { kind: "rolled-out", ...(await rolledOut(server, { ...watcher, ...begun })) };
  const { plan } = await server.askHere<{ readonly plan: Plan }>("GET", "/plan", { query: { part } });
  return { kind: "nothing", plan };
}

function sourceAway({ name }: Server): AppError {
  return new AppError("NEEDS_HOME", `--source reads on the machine of the home, and that is at ${name}`, {
    hint: "`keyturn set NAME` sends a value there, or run the command on that machine",
  });
}
