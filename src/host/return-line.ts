import type { FileAddress, RuntimeAddress, TargetAddress, UnitAddress } from "./address.ts";
import { returnParts, type ReturnPart } from "./helper/helper-text.ts";

/**
 * One line for root's shell on a machine where neither Keyturn nor its helper can be reached: it brings the kept previous
 * file or bundle back and leaves the records as the helper's `return` does, restarts what reads the file, and tells in one
 * line what it did, or why nothing. `barred` are labels of releases that hold retired values: they don't come back. It
 * holds no value. Undefined for local processes and for containers, which have no helper.
 *
 * The script is the same for every target of a runtime and has no quote of its own, so that it means the same in any
 * shell that it is pasted into; what differs stands behind it.
 */
export function returnLine({ id, runtime }: TargetAddress, barred: readonly string[] = []): string | undefined {
  const labels = barred.length === 0 ? "-" : barred.join(",");
  switch (runtime.kind) {
    case "systemd":
      return line(["file", "systemd", "restart"], [id, labels, ...fileWords(runtime.file), ...unitsOf(runtime)]);
    case "compose": {
      const project = [runtime.project, runtime.composeFile];
      const words = [id, labels, ...fileWords(runtime.file), ...project, ...unitsOf(runtime)];
      return line(["file", "compose", "restart"], words);
    }
    case "site":
      return line(["site"], [id, labels, runtime.path]);
    case "process":
    case "docker":
      return undefined;
  }
}

function line(parts: readonly ReturnPart[], words: readonly string[]): string {
  return `sh -c '${returnParts(parts).join("; ")}' return ${words.join(" ")}`;
}

function fileWords({ path, owner, group, mode }: FileAddress): readonly string[] {
  return [path, `${owner}:${group}`, mode];
}

function unitsOf({ instances }: Extract<RuntimeAddress, { readonly instances: readonly UnitAddress[] }>) {
  return instances.map(({ unit }) => unit);
}
