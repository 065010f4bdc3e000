import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

/** Where figures come from: nobody else has the same ones. */
export interface Machine {
  readonly processors: string;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  /** of the code measured; `+` behind it when the checkout has changes */
  readonly commit: string;
}

export function thisMachine(repository: string): Machine {
  const [first] = cpus();
  return {
    processors: `${cpus().length} × ${first?.model.trim() ?? "unknown"}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    system: `${systemName()}, Linux ${release()}`,
    node: process.version,
    commit: commitOf(repository),
  };
}

function systemName(): string {
  const text = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return /^PRETTY_NAME="(.*)"$/m.exec(text)?.[1] ?? process.platform;
}

function commitOf(repository: string): string {
  const git = (...words: readonly string[]) => execFileSync("git", ["-C", repository, ...words], { encoding: "utf8" });
  try {
    const changed = git("status", "--porcelain", "--", "src", "scripts", "package.json") !== "";
    return `${git("rev-parse", "--short=12", "HEAD").trim()}${changed ? "+" : ""}`;
  } catch {
    // an unpacked archive has no history
    return "unknown";
  }
}
