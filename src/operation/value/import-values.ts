import type { Platform } from "#contract";
import { dialects, type Entry } from "#dialect";
import type { Finding, Sensitive } from "#kernel";
import { readSource } from "#source";
import type { EnvironmentStore, Scope, Version } from "#store";
import { demand } from "../authority.ts";
import { inPlatform } from "../change.ts";
import { readEnvironment, type Context } from "../context.ts";
import { checkScope, declarationsOf, type Declaration } from "./declaration.ts";
import { fitValue, refusalText } from "./fit-value.ts";
import { halfNotices } from "./half-notice.ts";
import { putValue, type PutResult } from "./put-value.ts";

export type ImportFrom =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "text"; readonly bytes: Uint8Array; readonly origin: string }
  | { readonly kind: "environment" };

export interface ImportRequest {
  readonly from: ImportFrom;
  readonly scope: Scope;
  /** of what is there; everything otherwise */
  readonly names?: readonly string[];
}

export interface ImportResult {
  readonly values: readonly ImportedName[];
  /** in the file, and in no contract; the environment is full of such names, and they are not told */
  readonly unknown: readonly string[];
  readonly findings: readonly Finding[];
}

/** what was done to a provider's key, and what is unusual about it */
type Told = { readonly notices: readonly string[] };
type Refused = { readonly kind: "refused"; readonly reason: string };
export type ImportedName = { readonly name: string } & ((PutResult & Told) | Refused);

export interface ImportPreview extends Omit<ImportResult, "values"> {
  readonly values: readonly PreviewedName[];
}

/** What an import would do with a name. */
type PreviewedName = { readonly name: string } & (
  | ({ readonly kind: "new" | "changed" | "unchanged"; readonly present?: Version } & Told)
  | Refused
);

/** Takes over every value of a name that a contract knows; what does not fit is refused, the rest is kept. */
export async function importValues(context: Context, request: ImportRequest): Promise<ImportResult> {
  demand(context, "operator");
  const { platform, origin, known, ...told } = await readRequest(context, request);
  const { scope } = request;
  const values = await inPlatform(context, platform, async (environment, tx) => {
    const results: ImportedName[] = [];
    for (const { name, declarations, value: given } of known) {
      const fitted = await fitsNow(environment, { name, declarations, value: given });
      if (fitted.kind === "refused") results.push({ name, ...fitted });
      else {
        const put = { name, scope, value: fitted.value, origin, declarations, action: "value.import" };
        results.push({ name, ...(await putValue(context, { environment, tx }, put)), notices: fitted.notices });
      }
    }
    const kept = results.flatMap(({ kind, name }) => (kind === "refused" ? [] : [name]));
    return results.map((one) =>
      one.kind === "stored" ? { ...one, notices: [...one.notices, ...halfNotices(platform, one.name, kept)] } : one,
    );
  });
  return { values, ...told };
}

/** What {@link importValues} would do, name by name. Nothing is kept, of the values neither. */
export async function previewImport(context: Context, request: ImportRequest): Promise<ImportPreview> {
  demand(context, "operator");
  const { platform, known, unknown, findings } = await readRequest(context, request);
  const values = await readEnvironment(context, async (environment) => {
    const present = (await environment.values.present()).filter(({ scope }) => isSame(scope, request.scope));
    const results: PreviewedName[] = [];
    for (const given of known) {
      const { name } = given;
      const fitted = await fitsNow(environment, given);
      const held = present.find((version) => version.name === name);
      if (fitted.kind === "refused") results.push({ name, ...fitted });
      else if (held === undefined) results.push({ name, kind: "new", notices: fitted.notices });
      else {
        const kind = held.fingerprint === environment.fingerprint(name, fitted.value) ? "unchanged" : "changed";
        results.push({ name, kind, present: held, notices: fitted.notices });
      }
    }
    const fitting = results.flatMap(({ kind, name }) => (kind === "refused" ? [] : [name]));
    return results.map((one) =>
      one.kind === "new" || one.kind === "changed"
        ? { ...one, notices: [...one.notices, ...halfNotices(platform, one.name, fitting)] }
        : one,
    );
  });
  return { values, unknown, findings };
}

interface Offered {
  readonly name: string;
  readonly declarations: readonly Declaration[];
  readonly value: Sensitive;
}

/** What the last line of each name gives it, as far as a contract knows the name. */
async function readRequest(context: Context, { from, scope, names }: ImportRequest) {
  const { platform, folder } = await context.loadPlatform();
  checkScope(platform, scope);
  const { entries, findings, origin } = await readFrom(context, { from, folder, names: namesOf(platform, scope) });
  const last = [...new Map(entries.map((entry) => [entry.name, entry])).values()];
  const offered = last
    .filter(({ name }) => names === undefined || names.includes(name))
    .map(({ name, value }): Offered => ({ name, value, declarations: declarationsOf(platform, name, scope) }));
  const known = offered.filter(({ declarations }) => declarations.length > 0);
  const unknown = offered.filter(({ declarations }) => declarations.length === 0).map(({ name }) => name);
  return { platform, origin, known, unknown, findings };
}

type FittedNow = Extract<ReturnType<typeof fitValue>, { readonly kind: "fits" }> | Refused;

/** By contract and form; and never one that somebody else may know. */
async function fitsNow(environment: EnvironmentStore, { name, ...given }: Offered): Promise<FittedNow> {
  if (given.value.byteLength === 0) return { kind: "refused", reason: "is empty" };
  const fitted = fitValue({ name, ...given });
  if (fitted.kind === "refused") return { kind: "refused", reason: refusalText(name, fitted) };
  const mark = environment.fingerprint(name, fitted.value);
  const lost = (await environment.values.history(name)).find(
    (one) => one.state === "compromised" && one.fingerprint === mark,
  );
  if (lost === undefined) return fitted;
  return { kind: "refused", reason: `was marked compromised as version ${lost.number}` };
}

function isSame(a: Scope, b: Scope): boolean {
  return a.service === b.service && a.host === b.host;
}

function namesOf({ services }: Platform, { service }: Scope): readonly string[] {
  const asked = services.filter(({ name }) => service === undefined || name === service);
  return [...new Set(asked.flatMap(({ contract }) => contract.variables.map(({ name }) => name)))];
}

interface Read {
  readonly entries: readonly Entry[];
  readonly findings: readonly Finding[];
  readonly origin: string;
}

async function readFrom(
  context: Context,
  { from, folder, names }: { readonly from: ImportFrom; readonly folder: string; readonly names: readonly string[] },
): Promise<Read> {
  if (from.kind === "text") return { ...dialects.dotenv.read(from.bytes), origin: from.origin };
  let all: readonly Entry[] | undefined;
  const reading = await readSource(from.kind === "file" ? { kind: "dotenv", path: from.path } : from, {
    names,
    environment: context.processEnvironment,
    folder,
    readDotenv: (bytes) => {
      const result = dialects.dotenv.read(bytes);
      all = result.entries;
      return result;
    },
  });
  // an empty value is told as a refusal with its name, so the source's own notice is not needed twice
  const findings =
    all === undefined ? reading.findings : reading.findings.filter(({ code }) => code !== "source-empty-value");
  return { entries: all ?? reading.values, findings, origin: reading.label };
}
