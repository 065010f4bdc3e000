import { AppError } from "#kernel";
import type { Context } from "../context.ts";
import { acceptListed, type KeptScan, type Marked } from "../finding/accept-listed.ts";
import { acceptedFile, dayFault, keyOf, readAccepted, writeAccepted, type Accepted } from "./accepted.ts";
import type { ToldCredential } from "./sift-credentials.ts";

export interface AcceptRequest {
  readonly credentials: readonly ToldCredential[];
  readonly reason: string;
  /** the last day, `2027-01-31` */
  readonly until: string;
  /** where the store keeps what the scan found */
  readonly kept?: KeptScan;
}

export interface AcceptResult {
  readonly file: string;
  /** those that were written */
  readonly entries: readonly Accepted[];
  /** what became of the findings that the store keeps */
  readonly findings?: Marked;
}

/** Lets findings stand until a day. An entry that has ended is written anew. USAGE where the day or the reason is none. */
export async function acceptCredentials(context: Context, request: AcceptRequest): Promise<AcceptResult> {
  const { credentials, reason, until, kept } = request;
  const fault = dayFault(until, context.clock.now());
  if (fault !== undefined) throw new AppError("USAGE", `--until ${fault}`, { hint: "name a day within a year" });
  if (reason.trim() === "")
    throw new AppError("USAGE", "why they may stand is missing", { hint: "say it with --reason" });
  const file = acceptedFile(context);
  const entries = entriesOf(credentials).map((entry) => ({ ...entry, reason: reason.trim(), until }));
  const written = new Set(entries.map(keyOf));
  const others = (await readAccepted(file)).filter((entry) => !written.has(keyOf(entry)));
  await writeAccepted(file, [...others, ...entries]);
  if (kept === undefined) return { file, entries };
  return { file, entries, findings: await acceptListed(context, kept, { credentials, entries }) };
}

/** Of what has no tag the most that one version of the file has. */
function entriesOf(credentials: readonly ToldCredential[]): readonly Omit<Accepted, "reason" | "until">[] {
  const groups = Map.groupBy(credentials, (one) => keyOf({ ...one, path: one.listed }));
  return [...groups.values()].flatMap((all): Omit<Accepted, "reason" | "until">[] => {
    const [first] = all;
    if (first === undefined) return [];
    const { format, listed: path, tag } = first;
    if (tag !== undefined) return [{ format, path, tag }];
    const versions = Map.groupBy(all, ({ git }) => git?.object);
    return [{ format, path, places: Math.max(...[...versions.values()].map((one) => one.length)) }];
  });
}
