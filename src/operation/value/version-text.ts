import { scopeText } from "#binding";
import type { Scope, Version } from "#store";

/** Which stored version, as an audit entry names it. */
export type NamedVersion = Pick<Version, "name" | "scope" | "number">;

/** `MONGO_URI v3`, `MONGO_URI v1 of api@ops1` */
export function versionText({ name, scope, number }: NamedVersion): string {
  const where = scopeText(scope);
  return `${name} v${number}${where === "" ? "" : ` of ${where}`}`;
}

/** Undefined for what was written in no such form. */
export function readVersionText(text: string): NamedVersion | undefined {
  const [, name, number, service = "", host] = /^(\S+) v(\d{1,9})(?: of ([^\s@]*)(?:@(\S+))?)?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const scope: Scope = { ...(service === "" ? {} : { service }), ...(host === undefined ? {} : { host }) };
  return { name, scope, number: Number(number) };
}

/** Of what a target is given, the stored ones, each once. */
export function boundVersions(
  variables: readonly { readonly name: string; readonly version?: Pick<Version, "number" | "scope"> }[],
): readonly string[] {
  const texts = variables.flatMap(({ name, version }) =>
    version === undefined ? [] : [versionText({ name, ...version })],
  );
  return [...new Set(texts)];
}
