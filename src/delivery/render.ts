import { dialects, type DialectName, type Entry, type ReadResult } from "#dialect";
import { AppError, Sensitive, type Finding } from "#kernel";
import type { Runtime, ViteRuntime } from "#contract";

/** Tells the process, and whoever looks at it, which release it carries. Not a secret. */
export const releaseVariable = "KEYTURN_RELEASE";

/** How each runtime reads its file. A bundle has none; local processes are read by our own systemd reader. */
const runtimeDialect: Readonly<Record<Exclude<Runtime["kind"], "vite">, DialectName>> = {
  systemd: "systemd",
  compose: "compose",
  process: "systemd",
};

/**
 * The file a runtime reads, with the release's label in it, proved by the consumer's own grammar: what our reader
 * finds in the bytes must be what was to be written. VALUE_UNCARRIABLE names every variable that can't be carried.
 */
export function renderFile(
  runtime: Exclude<Runtime, ViteRuntime>,
  entries: readonly Entry[],
  release: string,
): Sensitive {
  const all = [...entries, { name: releaseVariable, value: Sensitive.of(release) }];
  return renderDialect(runtimeDialect[runtime.kind], all);
}

/** What the runtime's consumer finds in a file that someone else wrote. */
export function readFile(runtime: Exclude<Runtime, ViteRuntime>, bytes: Uint8Array): ReadResult {
  return dialects[runtimeDialect[runtime.kind]].read(bytes);
}

/** As {@link renderFile}, for any consumer and without the label. */
export function renderDialect(name: DialectName, entries: readonly Entry[]): Sensitive {
  const consumer = dialects[name];
  const result = consumer.write(entries);
  if (result.kind === "refused") throw uncarriable(name, result.refusals);
  const back = consumer.read(result.bytes.reveal());
  if (!sameEntries(entries, back.entries)) {
    throw new AppError("INTERNAL", `what was written for ${name} does not read back as it was`);
  }
  return result.bytes;
}

function uncarriable(
  consumer: DialectName,
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
