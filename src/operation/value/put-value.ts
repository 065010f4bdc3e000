import type { Sensitive } from "#kernel";
import type { EnvironmentStore, Scope, Transaction, Version } from "#store";
import { record, scopeDetail } from "../change.ts";
import type { Context } from "../context.ts";
import { isSensitive, mayReceive, type Declaration } from "./declaration.ts";

export interface PutRequest {
  readonly name: string;
  readonly scope: Scope;
  readonly value: Sensitive;
  readonly origin: string;
  readonly declarations: readonly Declaration[];
  /** `value.set`, `value.generate`, `value.import` */
  readonly action: string;
}

export interface PutResult {
  readonly kind: "stored" | "unchanged";
  readonly version: Version;
  /** services that get it with the next apply */
  readonly receivers: readonly string[];
  /** services whose contract asks for it and that have no grant */
  readonly ungranted: readonly string[];
}

/** Keeps a value and its audit entry. The same bytes again change nothing and leave no entry. */
export async function putValue(
  context: Context,
  { environment, tx }: { readonly environment: EnvironmentStore; readonly tx: Transaction },
  { name, scope, value, origin, declarations, action }: PutRequest,
): Promise<PutResult> {
  const grants = await environment.grants.list();
  const versions = (await environment.values.present()).filter((version) => version.name === name);
  const sensitive = isSensitive(declarations, versions, grants);
  const { actor } = context;
  const { kind, version } = await environment.values.put({ name, scope, value, sensitive, origin, actor });
  if (kind === "stored") {
    const { number, fingerprint } = version;
    const detail = { version: number, fingerprint, origin, ...scopeDetail(scope) };
    await record(context, tx, { action, subject: name, detail });
  }
  const names = (wanted: boolean) =>
    declarations.filter((one) => mayReceive(one, grants) === wanted).map(({ service }) => service.name);
  return { kind, version, receivers: names(true), ungranted: names(false) };
}
