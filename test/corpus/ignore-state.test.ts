import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ignoreState, trackedFiles } from "#corpus";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keyturn-corpus-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content = ""): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function git(...command: string[]): void {
  execFileSync("git", command, { cwd: folder, stdio: "ignore" });
}

function repository(files: Readonly<Record<string, string>>): void {
  git("init", "-q");
  for (const [path, content] of Object.entries(files)) write(path, content);
}

test("a folder outside any repository is an answer", async () => {
  expect(await ignoreState(folder)).toEqual({ kind: "no-repository" });
  expect(await trackedFiles(folder)).toEqual({ kind: "no-repository" });
});

test("a machine without git is an answer, a missing folder is refused", async () => {
  repository({});
  expect(await trackedFiles(folder, { searchPath: join(folder, "none") })).toEqual({ kind: "no-git" });
  await expect(trackedFiles(join(folder, "none"))).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
});

test("a complete list covers every entry, whether or not the files exist", async () => {
  repository({ ".gitignore": ".env\n.env.*\n!.env.example\nprod/\n.keyturn/\n" });
  expect(await ignoreState(folder)).toEqual({
    kind: "repository",
    entries: [".env", ".env.*", "prod/", ".keyturn/"].map((entry) => ({ entry, listed: true, tracked: [] })),
    exampleIgnored: false,
  });
});

test("an incomplete list names what it lacks", async () => {
  repository({ ".gitignore": ".env*\n!.env\n.env.local\nprod\n" });
  const state = await ignoreState(folder);
  expect(state).toMatchObject({ kind: "repository", exampleIgnored: true });
  const listed =
    state.kind === "repository" ? state.entries.filter(({ listed }) => listed).map(({ entry }) => entry) : [];
  expect(listed).toEqual([".env.*", "prod/"]);
  write(".gitignore", ".env.local\n.env.production\n");
  expect(await ignoreState(folder, { entries: [".env.*"] })).toMatchObject({ entries: [{ listed: false }] });
});

test("a private ignore list of this clone does not count", async () => {
  repository({});
  write(".git/info/exclude", ".env\n");
  expect(await ignoreState(folder, { entries: [".env"] })).toMatchObject({ entries: [{ listed: false }] });
});

test("files that are tracked all the same are named, at any depth, examples are not", async () => {
  repository({
    ".gitignore": ".env\nprod/\n",
    ".env": "",
    "api/.env": "",
    "api/.env.production": "",
    "api/.env.example": "",
    "prod/notes ü.txt": "",
  });
  git("add", "-f", ".");
  expect(await ignoreState(folder)).toMatchObject({
    entries: [
      { entry: ".env", listed: true, tracked: [".env", "api/.env"] },
      { entry: ".env.*", listed: false, tracked: ["api/.env.production"] },
      { entry: "prod/", listed: true, tracked: ["prod/notes ü.txt"] },
      { entry: ".keyturn/", listed: false, tracked: [] },
    ],
  });
});

test("below the repository's root the answers are those of the folder", async () => {
  repository({ ".gitignore": ".env\n", "api/a.ts": "", "b.ts": "" });
  git("add", ".");
  const api = join(folder, "api");
  expect(await trackedFiles(api)).toEqual({ kind: "repository", paths: ["a.ts"] });
  expect(await ignoreState(api, { entries: [".env"] })).toMatchObject({ entries: [{ listed: true }] });
});

test("a command that the repository configures is not run", async () => {
  repository({ "a.ts": "" });
  const trace = join(folder, "ran");
  git("add", ".");
  git("config", "core.fsmonitor", `touch ${trace} #`);
  git("config", "core.excludesFile", join(folder, "private"));
  write("private", ".env\n");
  expect(await trackedFiles(folder)).toEqual({ kind: "repository", paths: ["a.ts"] });
  expect(await ignoreState(folder, { entries: [".env"] })).toMatchObject({ entries: [{ listed: false }] });
  expect(existsSync(trace)).toBe(false);
  // the trap is a real one: plain git steps into it
  git("status");
  expect(existsSync(trace)).toBe(true);
});

test("a broken repository is a failure", async () => {
  write(".git", "gitdir: /nowhere\n");
  await expect(trackedFiles(folder)).rejects.toMatchObject({ code: "COMMAND_FAILED" });
});
