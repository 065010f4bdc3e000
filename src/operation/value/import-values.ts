import type { Platform } from "#contract";
import { dialects, type Entry } from "#dialect";
import type { Finding } from "#kernel";
import { readSource } from "#source";
import type { Scope } from "#store";
import { inPlatform } from "../change.ts";
import type { Context } from "../context.ts";
import { checkScope, declarationsOf, misfits } from "./declaration.ts";
import { putValue, type PutResult } from "./put-value.ts";

export type ImportFrom =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "text"; readonly bytes: Uint8Array; readonly origin: string }
  | { readonly kind: "environment" };

export interface ImportRequest {
  readonly from: ImportFrom;
  readonly scope: Scope;
}

export interface ImportResult {
  readonly values: readonly ImportedName[];
  /** in the file, and in no contract; the environment is full of such names, and they are not told */
  readonly unknown: readonly string[];
  readonly findings: readonly Finding[];
}

export type ImportedName = { readonly name: string } & (
  | PutResult
  | { readonly kind: "refused"; readonly reason: string }
);

/** Takes over every value of a name that a contract knows; what does not fit is refused, the rest is kept. */
export async function importValues(context: Context, { from, scope }: ImportRequest): Promise<ImportResult> {
  const { platform, folder } = await context.loadPlatform();
  checkScope(platform, scope);
  const { entries, findings, origin } = await readFrom(context, { from, folder, names: namesOf(platform, scope) });
  const last = new Map(entries.map((entry) => [entry.name, entry]));
  const known = [...last.values()].filter(({ name }) => declarationsOf(platform, name, scope).length > 0);
  const values = await inPlatform(context, platform, async (environment, tx) => {
    const results: ImportedName[] = [];
    for (const { name, value } of known) {
      const declarations = declarationsOf(platform, name, scope);
      const reason = value.byteLength === 0 ? "is empty" : misfitReason(declarations, value);
      if (reason !== undefined) results.push({ name, kind: "refused", reason });
      else {
        const request = { name, scope, value, origin, declarations, action: "value.import" };
        results.push({ name, ...(await putValue(context, { environment, tx }, request)) });
      }
    }
    return results;
  });
  return { values, unknown: [...last.keys()].filter((name) => !known.some((one) => one.name === name)), findings };
}

function misfitReason(...given: Parameters<typeof misfits>): string | undefined {
  return misfits(...given)[0]?.message.replace(/^\S+ /, "");
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
