import { isUtf8 } from "node:buffer";
import { dialects, type DialectName, type Entry, type ReadResult } from "#dialect";
import { AppError, Sensitive, type Finding } from "#kernel";
import type { Runtime, ViteRuntime } from "#contract";
import type { TargetObservation } from "#host";

/** Tells the process, and whoever looks at it, which release it carries. Not a secret. */
export const releaseVariable = "KEYTURN_RELEASE";

/** A runtime, with what its machine says of how it reads a file: compose before version 2 does it as python-dotenv. */
export interface FileReader {
  readonly runtime: Exclude<Runtime, ViteRuntime>;
  readonly reader: TargetObservation["reader"] | undefined;
}

/** How each runtime reads its file. A bundle has none; local processes are read by our own systemd reader. */
function dialectOf({ runtime, reader }: FileReader): DialectName {
  return runtime.kind === "compose" ? (reader ?? "compose") : "systemd";
}

/**
 * The file a runtime reads, with the release's label in it, proved by the consumer's own grammar: what our reader
 * finds in the bytes must be what was to be written, and nothing there to object to. VALUE_UNCARRIABLE names every variable that can't be carried.
 */
export function renderFile(to: FileReader, entries: readonly Entry[], release: string): Sensitive {
  const all = [...entries, { name: releaseVariable, value: Sensitive.of(release) }];
  if (to.runtime.kind === "docker") return renderEnvironment(all);
  const dialect = dialectOf(to);
  return renderDialect(dialect, all, to.reader === "python" ? "compose before version 2" : dialect);
}

/** What is given in a call, and no file: `NAME=value` entries, each ended by NUL, as the kernel shows them. */
function renderEnvironment(entries: readonly Entry[]): Sensitive {
  const refusals = entries.flatMap(({ name, value }) => {
    const bytes = value.reveal();
    const reason = bytes.includes(0) ? "it holds a zero byte" : isUtf8(bytes) ? undefined : "it is no text";
    return reason === undefined ? [] : [{ name, reason, carriers: [] }];
  });
  if (refusals.length > 0) throw uncarriable("a container", refusals);
  const nul = Buffer.alloc(1);
  return Sensitive.of(
    Buffer.concat(entries.flatMap(({ name, value }) => [Buffer.from(`${name}=`), value.reveal(), nul])),
  );
}

/** What the runtime's consumer finds in a file that someone else wrote. */
export function readFile(by: FileReader, bytes: Uint8Array): ReadResult {
  return dialects[dialectOf(by)].read(bytes);
}

/** As {@link renderFile}, for any consumer and without the label. A refusal calls the consumer by the name given. */
export function renderDialect(name: DialectName, entries: readonly Entry[], called: string = name): Sensitive {
  const consumer = dialects[name];
  const result = consumer.write(entries);
  if (result.kind === "refused") throw uncarriable(called, result.refusals);
  const back = consumer.read(result.bytes.reveal());
  if (back.findings.length > 0 || !sameEntries(entries, back.entries)) {
    throw new AppError("INTERNAL", `what was written for ${name} does not read back as it was`);
  }
  return result.bytes;
}

function uncarriable(
  consumer: string,
  refusals: readonly { readonly name: string; readonly reason: string; readonly carriers: readonly DialectName[] }[],
): AppError {
  const findings = refusals.map((refusal): Finding => ({
    severity: "error",
    code: "uncarriable",
    message: `${refusal.name} can't be carried to ${consumer}: ${refusal.reason}`,
    hint:
      refusal.carriers.length === 0 ? "no consumer can carry it" : `could be carried to ${refusal.carriers.join(", ")}`,
  }));
  const names = refusals.map(({ name }) => name).join(", ");
  return new AppError("VALUE_UNCARRIABLE", `${consumer} can't carry ${names}`, { findings });
}

function sameEntries(wanted: readonly Entry[], found: readonly Entry[]): boolean {
  return (
    wanted.length === found.length &&
    wanted.every((entry, index) => {
      const other = found[index];
      return other !== undefined && other.name === entry.name && other.value.equals(entry.value);
    })
  );
}
