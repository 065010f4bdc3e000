import type { Schemas } from "./schema.ts";

/** What the server refused or could not do, in its own words. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly status: number;
  readonly hint: string;
  readonly findings: Schemas["Failure"]["error"]["findings"];

  constructor(status: number, { code, message, hint, findings }: Schemas["Failure"]["error"]) {
    super(message);
    this.name = "ApiFailure";
    this.code = code;
    this.status = status;
    this.hint = hint;
    this.findings = findings;
  }
}

/** Where nothing came back that the server could have said. */
export function unreachable(): ApiFailure {
  return new ApiFailure(0, {
    code: "UNREACHABLE",
    message: "the server does not answer",
    hint: "see whether keyturn serve still runs, then try again",
    findings: [],
  });
}

/** Nobody is at fault and nothing has to be done: the server, or its worker, is away for a while. */
export function isAway(error: Error | null): error is ApiFailure {
  return error instanceof ApiFailure && ["UNREACHABLE", "WORKER_UNREACHABLE"].includes(error.code);
}
