import type { HttpPlace } from "#contract";
import { ask, type Dialer } from "./ask.ts";
import { callReport, secretReport, type CallReport, type SecretReport } from "./report.ts";

export interface ReportInput {
  /** with the instance's address: see `verifyingOf` and `presentingOf` */
  readonly report: HttpPlace;
  readonly host: Dialer;
  readonly signal?: AbortSignal;
}

export type ReportResult<Report> =
  | { readonly kind: "read"; readonly report: Report }
  | { readonly kind: "unread"; readonly detail: string };

/** milliseconds: for the answer, and to reach the machine before it */
const timeout = 3_000;
const patience = 15_000;

/** of an answer, bytes */
const most = 65_536;

/** How often a verifier saw each value of a secret, once, now. */
export async function readSecretReport(
  input: ReportInput & { readonly secret: string },
): Promise<ReportResult<SecretReport>> {
  return read(input, (told) => secretReport(told, input.secret));
}

/** How a presenter's calls went, once, now. */
export async function readCallReport(input: ReportInput): Promise<ReportResult<CallReport>> {
  return read(input, callReport);
}

async function read<Report>(
  { report: place, host, signal }: ReportInput,
  parse: (told: unknown) => Report | undefined,
): Promise<ReportResult<Report>> {
  const told = await ask({
    place,
    host,
    method: "GET",
    headers: { accept: "application/json" },
    timeout,
    patience,
    most,
    ...(signal === undefined ? {} : { signal }),
  });
  if (told.kind === "silent") return { kind: "unread", detail: told.detail };
  if (told.status !== 200) return { kind: "unread", detail: `${place.url} answered ${told.status}` };
  const report = Buffer.byteLength(told.text) > most ? undefined : parse(parsed(told.text));
  if (report === undefined) return { kind: "unread", detail: `${place.url} answered something else than its report` };
  return { kind: "read", report };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
