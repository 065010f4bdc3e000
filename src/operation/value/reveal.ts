import { versionFor } from "#binding";
import { AppError, type Sensitive } from "#kernel";
import type { Scope, Version } from "#store";
import { demand } from "../authority.ts";
import { record, scopeDetail } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { checkName } from "./set-value.ts";

export interface Revealed {
  readonly version: Version;
  readonly value: Sensitive;
}

export interface RevealRequest {
  readonly name: string;
  readonly scope: Scope;
  /** goes into the audit log */
  readonly reason?: string;
}

/** The value that applies at a scope. Its audit entry is on disk before this returns. */
export async function revealValue(context: Context, { name, scope, reason }: RevealRequest): Promise<Revealed> {
  demand(context, "admin");
  checkName(name);
  return inEnvironment(context, async ({ values }, tx) => {
    const versions = (await values.present()).filter((version) => version.name === name);
    // no service and no host is called nothing: only what is as wide as the scope applies
    const found = versionFor(versions, { service: scope.service ?? "", host: scope.host ?? "" });
    if (found === undefined) throw missing(name, versions);
    const { winner } = found;
    const value = await values.open(winner.id);
    const detail = { version: winner.number, fingerprint: winner.fingerprint, ...scopeDetail(winner.scope) };
    const why = reason === undefined ? {} : { reason };
    await record(context, tx, { action: "value.reveal", subject: name, detail: { ...detail, ...why } });
    return { version: winner, value };
  });
}

function missing(name: string, versions: readonly Version[]): AppError {
  if (versions.length === 0) return new AppError("NOT_FOUND", `the store has no value of ${name}`);
  return new AppError("NOT_FOUND", `${name} has values for some services or hosts only`, {
    hint: `\`keyturn history ${name}\` lists them; say which with --service and --host`,
  });
}
