import type { Platform, SourceEntry } from "#contract";
import { dialects } from "#dialect";
import { AppError, type Finding } from "#kernel";
import { combineSources, readSource, type CombinedValue, type SourceContext } from "#source";
import type { EnvironmentStore, Grant, Version } from "#store";
import { inPlatform } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { declarationsOf, mayReceive, misfits } from "./declaration.ts";
import { putValue } from "./put-value.ts";
import { readStock } from "../deploy/survey.ts";

export interface ImportedValue {
  readonly name: string;
  /** `environment`, `file:PATH`, `store` */
  readonly origin: string;
  readonly kind: "stored" | "unchanged";
  readonly version: number;
  /** other places that hold the name and were passed over; `store v3` is the version that was replaced */
  readonly shadowed: readonly string[];
}

export interface Imported {
  readonly values: readonly ImportedValue[];
  /** names of contracts that the source holds and that were left alone */
  readonly skipped: readonly { readonly name: string; readonly reason: "no-grant" }[];
  /** warnings and notices of the sources; errors are thrown */
  readonly findings: readonly Finding[];
}

/** `env`, `dotenv:PATH`, `files:DIR`, or `manifest` for the list in keyturn.yaml. */
export async function importSource(context: Context, source: string): Promise<Imported> {
  const { platform } = await context.loadPlatform();
  return importSources(context, source === "manifest" ? platform.sources : [parseSource(source)]);
}

/**
 * Takes over what the sources hold of the names that a contract asks for and a grant allows. All of it or, with a value
 * that does not fit, none: every finding at once. The first source that has a name wins.
 */
export async function importSources(context: Context, entries: readonly SourceEntry[]): Promise<Imported> {
  const { platform, folder } = await context.loadPlatform();
  const stock = await inEnvironment(context, readStock);
  const sourceContext: SourceContext = {
    names: contractNames(platform),
    environment: context.processEnvironment,
    folder,
    readDotenv: (bytes) => dialects.dotenv.read(bytes),
    readStore: async (names) =>
      names.flatMap((name) => {
        const version = wideVersion(stock.versions.get(name));
        const value = version === undefined ? undefined : stock.opened.get(version.id);
        return value === undefined ? [] : [{ name, value, origin: "store" }];
      }),
  };
  const readings = [];
  for (const entry of entries) readings.push(await readSource(entry, sourceContext));
  const { values, findings } = combineSources(readings);
  const allowed = values.filter(({ name }) => isAllowed(platform, stock.grants, name));
  refuseUnusable(platform, allowed, findings);
  return {
    values: await keep(context, platform, allowed),
    skipped: values.filter((one) => !allowed.includes(one)).map(({ name }) => ({ name, reason: "no-grant" })),
    findings,
  };
}

function parseSource(text: string): SourceEntry {
  const [kind = "", ...rest] = text.split(":");
  const path = rest.join(":");
  if (text === "env" || text === "environment") return { kind: "environment" };
  if (kind === "dotenv" && path !== "") return { kind: "dotenv", path };
  if (kind === "files" && path !== "") return { kind: "files", directory: path };
  throw new AppError("USAGE", "that is no source of values", {
    hint: "env, dotenv:PATH, files:FOLDER, or manifest for the list in keyturn.yaml",
  });
}

function contractNames({ services }: Platform): readonly string[] {
  return [...new Set(services.flatMap(({ contract }) => contract.variables.map(({ name }) => name)))];
}

function isAllowed(platform: Platform, grants: readonly Grant[], name: string): boolean {
  return declarationsOf(platform, name).some((one) => mayReceive(one, grants));
}

/** What nobody may have can't be wrong either: the process environment is full of other people's names. */
function refuseUnusable(platform: Platform, values: readonly CombinedValue[], findings: readonly Finding[]): void {
  const errors = [
    ...findings.filter(({ severity }) => severity === "error"),
    ...values.flatMap(({ name, value, label }) =>
      misfits(declarationsOf(platform, name), value).map((one) => ({ ...one, message: `${one.message} (${label})` })),
    ),
  ];
  if (errors.length === 0) return;
  const count = errors.length === 1 ? "1 value can't be taken over" : `${errors.length} values can't be taken over`;
  throw new AppError("VALUES_INVALID", `${count}, nothing was stored`, {
    findings: errors,
    hint: "mend them where they come from, then run the command again",
  });
}

/** A source that was left as it was before a rotation must not bring the old value back, unasked. */
async function refuseEnded(environment: EnvironmentStore, values: readonly CombinedValue[]): Promise<void> {
  const findings: Finding[] = [];
  for (const { name, value, label } of values) {
    if (label === "store") continue;
    const mark = environment.fingerprint(name, value);
    const same = (await environment.values.history(name, {})).filter(({ fingerprint }) => fingerprint === mark);
    if (same.length === 0 || same.some(({ state }) => state === "live")) continue;
    const message = `${label} still has v${same[0]?.number ?? ""} of ${name}, which was ended`;
    findings.push({
      severity: "error",
      code: "ended",
      message,
      hint: `take ${name} out of it, or put the new value there`,
    });
  }
  if (findings.length === 0) return;
  throw new AppError("VALUES_INVALID", "values that were ended can't be taken over, nothing was stored", {
    findings,
    hint: "mend them where they come from, then run the command again",
  });
}

/** What won from the store itself stays as it is. */
async function keep(
  context: Context,
  platform: Platform,
  values: readonly CombinedValue[],
): Promise<readonly ImportedValue[]> {
  return inPlatform(context, platform, async (environment, tx) => {
    await refuseEnded(environment, values);
    const before = Map.groupBy(await environment.values.present(), ({ name }) => name);
    const kept: ImportedValue[] = [];
    for (const { name, value, origin, label, shadowed } of values) {
      const previous = wideVersion(before.get(name));
      if (label === "store") {
        kept.push({ name, origin, kind: "unchanged", version: previous?.number ?? 0, shadowed });
        continue;
      }
      const { kind, version } = await putValue(
        context,
        { environment, tx },
        { name, scope: {}, value, origin, declarations: declarationsOf(platform, name), action: "value.import" },
      );
      const replaced = kind === "stored" && previous !== undefined ? [`store v${previous.number}`] : [];
      kept.push({ name, origin, kind, version: version.number, shadowed: [...shadowed, ...replaced] });
    }
    return kept;
  });
}

function wideVersion(versions: readonly Version[] = []): Version | undefined {
  return versions.find(({ scope }) => scope.service === undefined && scope.host === undefined);
}
