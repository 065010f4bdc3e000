import type { Transaction } from "#store";
import { demand } from "../authority.ts";
import { record } from "../change.ts";
import { inEnvironment, readKnownEnvironment, type Context } from "../context.ts";
import { newFindings } from "./list-findings.ts";
import type { ListedFinding } from "./state.ts";

/** What somebody is to know of a secret, or of a format, that scans found. No value. */
export interface FindingNews {
  readonly environment: string;
  readonly name: string;
  /** of a credential there is none */
  readonly version?: number;
  readonly places: number;
  readonly detail: string;
}

/** What is new and was not told yet, once for each secret; the audit log has up to which. */
export async function tellFindings(context: Context): Promise<readonly FindingNews[]> {
  demand(context, "operator");
  await context.loadPlatform();
  const found = await readKnownEnvironment(context, (environment) => newFindings(environment, context.clock.now()));
  if (found === undefined || found.length === 0) return [];
  const newest = Math.max(...found.map(({ id }) => id));
  return inEnvironment(context, async (_, tx) => {
    const told = await toldUntil(context, tx);
    const news = found.filter(({ id }) => id > told);
    if (news.length === 0) return [];
    const { environment } = context;
    await record(context, tx, { action, subject: environment, detail: { until: newest, findings: news.length } });
    return [...Map.groupBy(news, keyOf).values()].flatMap((own) => newsOf(environment, own));
  });
}

const action = "finding.tell";

/** In the transaction in which it is written, so that of two servers one tells it. */
async function toldUntil({ environment }: Context, { audit }: Transaction): Promise<number> {
  const [last] = await audit.list({ environment, actions: [action], limit: 1 });
  const until = last?.detail["until"];
  return typeof until === "number" ? until : 0;
}

function keyOf({ thing }: ListedFinding): string {
  return thing.kind === "value" ? `${thing.name} ${thing.version}` : thing.format;
}

function newsOf(environment: string, own: readonly ListedFinding[]): readonly FindingNews[] {
  const [first] = own;
  if (first === undefined) return [];
  const { thing } = first;
  const about = thing.kind === "value" ? { name: thing.name, version: thing.version } : { name: thing.format };
  const detail = "a scan found it where others may read it: see `keyturn findings`";
  return [{ environment, ...about, places: own.length, detail }];
}
