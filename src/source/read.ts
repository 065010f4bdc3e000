import { resolve } from "node:path";
import { isVariableName, type SourceEntry } from "#contract";
import { AppError, type Finding, unreachable } from "#kernel";
import { readDotenvFile } from "./dotenv.ts";
import { readEnvironment } from "./environment.ts";
import { readSecretFiles } from "./secret-files.ts";
import type { SourceContext, SourceReading, SourceValue } from "./source.ts";

/**
 * Reads one source of the manifest; relative paths begin at `folder`. An empty value counts as absent (CI systems bind
 * a missing secret as empty text) and is a notice.
 *
 * @throws AppError NAME_INVALID for a name that is no variable's name, FILE_UNREADABLE when the file or folder is
 * missing, unreadable, too large or not of the right kind, USAGE for a `store` entry without `readStore`.
 */
export async function readSource(entry: SourceEntry, context: SourceContext): Promise<SourceReading> {
  checkNames(context.names);
  return withoutEmpty(await readEntry(entry, context));
}

function readEntry(entry: SourceEntry, context: SourceContext): Promise<SourceReading> {
  switch (entry.kind) {
    case "store":
      return readStore(context);
    case "environment":
      return Promise.resolve(readEnvironment(context));
    case "dotenv":
      return readDotenvFile(resolve(context.folder, entry.path), context);
    case "files":
      return readSecretFiles(resolve(context.folder, entry.directory), context.names);
    default:
      return unreachable(entry);
  }
}

async function readStore({ names, readStore }: SourceContext): Promise<SourceReading> {
  if (readStore === undefined) throw new AppError("USAGE", "the store can't be a source here");
  return { label: "store", values: await readStore(names), findings: [] };
}

/** Names become file names here, so `../x` must not get further. */
function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !isVariableName(name));
  if (wrong !== undefined)
    throw new AppError("NAME_INVALID", `${JSON.stringify(wrong.slice(0, 200))} is no variable's name`);
}

function withoutEmpty({ label, values, findings }: SourceReading): SourceReading {
  const isEmpty = ({ value }: SourceValue) => value.byteLength === 0;
  const empty = values.filter(isEmpty).map(({ name, origin }): Finding => ({
    severity: "notice",
    code: "source-empty-value",
    message: `${name} is empty in ${origin} and counts as absent there`,
  }));
  return { label, values: values.filter((value) => !isEmpty(value)), findings: [...findings, ...empty] };
}
