import { shellWord } from "#kernel";
import type { HookStatus, HookVerdict, Installed, Uninstalled } from "#operation";
import type { Colors } from "../terminal.ts";
import { oneLine } from "./one-line.ts";
import { renderScan } from "./scan.ts";
import { renderTable } from "./table.ts";

export function renderInstalled(result: Installed, color: Colors): string {
  if (result.kind === "wanted") {
    const { name, file } = result.manager;
    return `${color.yellow("!")} ${name} keeps the hooks here: add to ${file}\n\n${result.text}`;
  }
  const lines = result.hooks.map(({ hook, path, kept }) => {
    const before = kept === undefined ? "" : color.dim(`, behind ${kept}`);
    return `${color.green("✓")} ${hook}  ${path}${before}\n`;
  });
  return lines.length > 0 ? lines.join("") : `${result.manager?.file ?? ""} calls them already\n`;
}

export function renderUninstalled({ hooks, manager }: Uninstalled, color: Colors): string {
  const lines = hooks.map(({ hook, path, restored }) => {
    return `${color.green("✓")} ${hook}  ${path}${restored ? color.dim(", what was there before is back") : ""}\n`;
  });
  if (manager !== undefined) lines.push(`${color.yellow("!")} take the calls of keyturn out of ${manager.file}\n`);
  return lines.length > 0 ? lines.join("") : "nothing was installed\n";
}

export function renderHookStatus({ hooks, manager }: HookStatus, color: Colors): string {
  const head = ["HOOK", "STATE", "WHERE"].map((title) => color.dim(title));
  const rows = hooks.map(({ hook, state, path, kept }) => [
    hook,
    state === "installed" ? color.green(state) : color.yellow(state === "other" ? "another's" : state),
    state === "absent" ? "–" : `${path}${kept === undefined ? "" : color.dim(`, behind ${kept}`)}`,
  ]);
  const missing = hooks.filter(({ state }) => state !== "installed").map(({ hook }) => hook);
  const by = manager === undefined ? "" : `kept by ${manager.name}: ${manager.file}\n`;
  const install = `next: keyturn hook install${missing.includes("pre-receive") ? " --pre-receive" : ""}\n`;
  return `${renderTable([head, ...rows])}${by}${missing.length === 0 ? "" : install}`;
}

/** Nothing where nothing speaks against it; otherwise first what has leaked, with what to do. */
export function renderVerdict(verdict: HookVerdict, color: Colors): string {
  if (verdict.kind === "nothing") return "";
  const { hook, leaks, files, blind, refused } = verdict;
  const candidates = "candidates" in leaks ? leaks.candidates.length : 0;
  const what = hook === "pre-commit" ? "commit" : "push";
  const note = blind
    ? `${color.yellow("!")} no store on this machine: only .env files and known formats were looked for\n`
    : "";
  return [
    leaks.findings.length + leaks.credentials.length + candidates > 0 ? renderScan(leaks, color) : "",
    ...files.map((file) => fileText(file, color)),
    note,
    refused ? `${color.red(`${what} refused`)} by the hook that \`keyturn hook install\` made\n` : "",
  ].join("");
}

type BroughtFile = Extract<HookVerdict, { kind: "looked" }>["files"][number];

function fileText({ path, reason, names, commit }: BroughtFile, color: Colors): string {
  const title =
    reason === "values"
      ? `${oneLine(path)} is an environment file: it holds values, and only examples and brand files are committed`
      : `${oneLine(path)} is a brand file, and not known to be public in it: ${names.map(oneLine).join(", ")}`;
  const step =
    commit === undefined
      ? `git rm --cached ${path.startsWith("-") ? "-- " : ""}${oneLine(shellWord(path))}`
      : `since ${commit.slice(0, 12)}: rotate what is in it if others have seen it, then take it out of the commits`;
  return `${color.red(title)}\n  ${color.dim(`→ ${step}`)}\n`;
}
