import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { revealValue } from "#operation";
import { openHttp } from "../client/places.ts";
import { makeProject, shop, writeProject } from "../operation/make-context.ts";
import { keyturnAt, keyturnIn, type Outcome } from "./keyturn.ts";

const secret = "planted-value-7319";
const long = { timeout: 120_000 };

/** A real git, without this machine's configuration; the exit code is an answer. */
function gitIn(folder: string, variables: Readonly<Record<string, string>> = {}) {
  const settings = ["user.name=n", "user.email=n@example.org", "protocol.file.allow=always", "commit.gpgSign=false"];
  const env = {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...variables,
  };
  return (...words: readonly string[]) =>
    new Promise<Outcome>((resolve) => {
      const all = [...settings.flatMap((setting) => ["-c", setting]), ...words];
      execFile("git", all, { cwd: folder, env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : null, out, err });
      });
    });
}

async function ready(files = shop) {
  const { keyturn, folder } = await keyturnIn(files);
  await keyturn("set SHARED_SECRET", { input: secret });
  const git = gitIn(folder);
  await git("init", "--quiet", "--initial-branch=main");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const stage = async (path: string, text: string) => {
    write(path, text);
    return git("add", "--force", path);
  };
  const commit = async (path: string, text: string, ...words: readonly string[]) => {
    await stage(path, text);
    return git("commit", "--quiet", "--message", `change ${path}`, ...words);
  };
  const hook = (name: string, text: string) => {
    write(`.git/hooks/${name}`, text);
    chmodSync(join(folder, ".git/hooks", name), 0o755);
  };
  return { keyturn, folder, git, write, stage, commit, hook };
}

/** With a bare repository that is pushed to. */
async function withRemote() {
  const made = await ready();
  const remote = join(await writeProject({}), "remote.git");
  await gitIn(dirname(remote))("init", "--quiet", "--bare", "--initial-branch=main", remote);
  await made.git("remote", "add", "origin", remote);
  return { ...made, remote };
}

test("a commit with a value of the store is refused: what to do comes first, then where it is", long, async () => {
  const { keyturn, folder, git, commit, write } = await ready();
  const installed = await keyturn("hook install");
  expect(installed).toEqual({
    code: 0,
    err: "",
    out: `✓ pre-commit  ${folder}/.git/hooks/pre-commit\n✓ pre-push  ${folder}/.git/hooks/pre-push\n`,
  });
  expect(await commit("src/a.ts", "clean")).toMatchObject({ code: 0, err: "" });
  const refused = await commit("src/a.ts", `const a = "${secret}";\n`);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(
    /^SHARED_SECRET v1, live in local\n {2}→ keyturn rotate SHARED_SECRET --compromised\n {2}src\/a\.ts:1:12 {2}literal\n/,
  );
  expect(refused.err).toContain("commit refused by the hook that `keyturn hook install` made\n");
  expect(refused.out + refused.err).not.toContain(secret);
  expect(await git("commit", "--quiet", "--message", "one of several", "src/a.ts")).toMatchObject({ code: 1 });
  // what is not staged is not brought
  await git("reset", "--quiet");
  write("src/b.ts", secret);
  expect(await git("commit", "--quiet", "--allow-empty", "--message", "empty")).toMatchObject({ code: 0, err: "" });
  expect(await git("commit", "--quiet", "--no-verify", "--all", "--message", "on purpose")).toMatchObject({ code: 0 });
});

test(
  "an environment file is refused, but for a brand file of the manifest with public variables alone",
  long,
  async () => {
    const { keyturn, commit, git } = await ready(withBrand);
    await keyturn("hook install");
    for (const path of ["api/.env", ".env.production", "deploy/.env"]) {
      const { code, err } = await commit(path, "PORT=1\n");
      expect([code, err]).toEqual([1, expect.stringContaining(`${path} is an environment file`)]);
      expect(err).toContain(`→ git rm --cached ${path}\n`);
      await git("rm", "--quiet", "--cached", path);
    }
    expect(await commit("api/.env.example", shop["api/.env.example"] ?? "")).toMatchObject({ code: 0, err: "" });
    expect(await commit("page/brand/.env", "SITE=ours\nVITE_COLOUR=red\n")).toMatchObject({ code: 0, err: "" });
    const secretOne = await commit("page/brand/.env", "SITE=ours\nAPI_TOKEN=some\n");
    expect([secretOne.code, secretOne.err]).toEqual([
      1,
      expect.stringContaining("known to be public in it: API_TOKEN"),
    ]);
  },
);

const withBrand = {
  ...shop,
  "keyturn.yaml": (shop["keyturn.yaml"] ?? "").replace(
    "environments:",
    `  page:
    contract: page/.env.example
    runtime: vite
    directory: page
    brand: brand/.env
    publish: /srv/page
    owner: www
    hosts: [here]
environments:`,
  ),
  "page/.env.example": "# @public\nSITE=world\n# @public\nVITE_COLOUR=blue\n",
  "page/brand/.env": "SITE=ours\n",
};

test("a hook that is there is kept, runs first, and its refusal counts; uninstall puts it back", long, async () => {
  const { keyturn, folder, git, commit, hook, stage } = await ready();
  const own = '#!/bin/sh\necho "own $#" >&2\n[ ! -e stop ] || exit 7\n';
  hook("pre-commit", own);
  hook("pre-push", '#!/bin/sh\nwhile read -r here _ there _; do echo "$1 $here $there" >&2; done\n');
  expect((await keyturn("hook install")).out).toContain("pre-commit.before-keyturn\n");
  expect((await keyturn("hook install")).out).toContain("pre-commit.before-keyturn\n");
  expect(await commit("a", "1")).toMatchObject({ code: 0, err: "own 0\n" });
  expect(await commit("a", secret)).toMatchObject({ code: 1, err: expect.stringMatching(/^own 0\nSHARED_SECRET/) });
  await stage("a", "2");
  writeFileSync(join(folder, "stop"), "");
  expect(await git("commit", "--quiet", "--message", "two")).toMatchObject({ code: 1, err: "own 0\n" });
  rmSync(join(folder, "stop"));
  await git("commit", "--quiet", "--message", "two");
  await git("init", "--quiet", "--bare", "remote.git");
  expect((await git("push", "remote.git", "main")).err).toContain("remote.git refs/heads/main refs/heads/main\n");
  expect((await keyturn("hook uninstall")).out).toContain("pre-commit, what was there before is back\n");
  expect(readFileSync(join(folder, ".git/hooks/pre-commit"), "utf8")).toBe(own);
  expect(await keyturn("hook uninstall")).toMatchObject({ code: 0, out: "nothing was installed\n" });
});

test("a push is looked through for exactly what it brings", long, async () => {
  const { keyturn, git, commit, remote } = await withRemote();
  await commit("old", secret);
  await git("push", "--quiet", "origin", "main");
  await keyturn("hook install");
  // what the remote has is not brought again
  await git("checkout", "--quiet", "-b", "side");
  await commit("new", "clean");
  expect(await git("push", "--quiet", "origin", "side")).toMatchObject({ code: 0, err: "" });
  await commit("later", `key: ${secret}`, "--no-verify");
  await git("rm", "--quiet", "later");
  await git("commit", "--quiet", "--message", "out again");
  const refused = await git("push", "--quiet", "origin", "side");
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/^SHARED_SECRET v1, live in local\n[^]*later:1:6 {2}literal {2}since [^]*gone since/);
  expect(refused.err).not.toContain("old:");
  expect(refused.err).toContain("push refused by");
  // a force push of the branch without it
  await git("reset", "--quiet", "--hard", "main");
  await commit("new", "another");
  expect(await git("push", "--quiet", "--force", "origin", "side")).toMatchObject({ code: 0, err: "" });
  expect(await git("push", "--quiet", "origin", ":side")).toMatchObject({ code: 0, err: "" });
  // a tag's own message
  await git("tag", "--annotate", "--message", `it is ${secret}`, "v1", "main");
  const tag = await git("push", "--quiet", "origin", "v1");
  expect([tag.code, tag.err]).toEqual([1, expect.stringContaining("message of tag")]);
  // to somewhere else all of it is new
  await gitIn(dirname(remote))("init", "--quiet", "--bare", "other.git");
  const other = await git("push", "--quiet", join(dirname(remote), "other.git"), "main");
  expect([other.code, other.err]).toEqual([1, expect.stringContaining("old:1:1")]);
});

test("an environment file that a push brings is told with its commit, one that went again too", long, async () => {
  const { keyturn, git, commit } = await withRemote();
  await commit("a", "1");
  await commit(".env", "A=1\n");
  await git("rm", "--quiet", ".env");
  await git("commit", "--quiet", "--message", "out");
  await keyturn("hook install");
  const { code, err } = await git("push", "origin", "main");
  const brought = (await git("log", "--format=%H", "--diff-filter=A", "--", ".env")).out.slice(0, 12);
  expect([code, err]).toEqual([1, expect.stringContaining(`  → since ${brought}: rotate what is in it`)]);
});

test("on a server what is pushed is refused before anybody gets it", long, async () => {
  const { keyturn, folder, git, commit, remote } = await withRemote();
  const home = join(folder, ".keyturn");
  const there = keyturnAt(remote);
  expect(await there("hook install")).toMatchObject({ code: 64, err: expect.stringContaining("--pre-receive") });
  expect(await there(`hook install --pre-receive --home ${home}`)).toMatchObject({ code: 0 });
  expect((await keyturn(`hook status ${remote}`)).out).toContain("pre-receive  installed");
  await commit("a", "clean");
  expect(await git("push", "--quiet", "origin", "main")).toMatchObject({ code: 0 });
  await commit("a", secret);
  const refused = await git("push", "--quiet", "origin", "main", "main:other");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("remote:   a:1:1  literal")]);
  expect(refused.err).toContain("pre-receive hook declined");
  expect((await gitIn(remote)("branch", "--list")).out).toBe("* main\n");
  expect((await gitIn(remote)("cat-file", "--batch-all-objects", "--batch")).out).not.toContain(secret);
  await git("reset", "--quiet", "--hard", "HEAD~1");
  await commit(".env", "A=1");
  expect((await git("push", "--quiet", "origin", "main")).err).toContain(".env is an environment file");
  await git("reset", "--quiet", "--hard", "HEAD~1");
  expect(await git("push", "--quiet", "origin", "main:side")).toMatchObject({ code: 0, err: "" });
  expect(await git("push", "--quiet", "origin", ":side")).toMatchObject({ code: 0, err: "" });
});

test(
  "a folder of core.hooksPath gets them without a path of this machine; one of every repository only when told",
  long,
  async () => {
    const { keyturn, folder, git, commit } = await ready();
    await git("config", "core.hooksPath", "tools/hooks");
    expect((await keyturnAt(join(folder, "api"))("hook install")).out).toContain(`${folder}/tools/hooks/pre-commit`);
    const text = readFileSync(join(folder, "tools/hooks/pre-commit"), "utf8");
    expect(text).not.toContain(process.execPath);
    expect(statSync(join(folder, "tools/hooks/pre-commit")).mode & 0o111).toBe(0o111);
    // nowhere is a command: nothing was looked at, and nothing is committed
    expect(await commit("a", "clean")).toMatchObject({
      code: 1,
      err: expect.stringContaining("nothing was looked at"),
    });
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    writeFileSync(join(folder, "node_modules/.bin/keyturn"), `#!/bin/sh\necho "called $*" >&2\nexit 2\n`, {
      mode: 0o755,
    });
    expect(await commit("a", "clean")).toMatchObject({ code: 1, err: "called hook run pre-commit\n" });
    await git("config", "--unset", "core.hooksPath");
    const config = join(folder, "user.config");
    writeFileSync(config, `[core]\n\thooksPath = ${folder}/everybody\n`);
    const variables = { GIT_CONFIG_GLOBAL: config };
    const refused = await keyturn("hook install", { variables });
    expect(refused).toMatchObject({ code: 64, err: expect.stringContaining("for every repository") });
    expect(existsSync(join(folder, "everybody"))).toBe(false);
    expect(await keyturn("hook install --shared", { variables })).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, "everybody/pre-push"))).toBe(true);
  },
);

test("husky's own files get the lines, once, and lose them again; what else is in them goes on", long, async () => {
  const { keyturn, folder, git, write, commit } = await ready();
  // as husky 9 lays it out
  for (const name of ["pre-commit", "pre-push"]) {
    write(`.husky/_/${name}`, `#!/bin/sh\nexec sh -e "$(dirname "$(dirname "$0")")/${name}" "$@"\n`);
    chmodSync(join(folder, ".husky/_", name), 0o755);
  }
  await git("config", "core.hooksPath", ".husky/_");
  write(".husky/pre-push", "cat > pushed\n");
  write("bin/npx", `#!/bin/sh\nprintf '%s|' "$@" >> called\ncat >> called </dev/null\n`);
  chmodSync(join(folder, "bin/npx"), 0o755);
  await keyturn("hook install");
  const twice = await keyturn("hook install");
  expect(twice.out).toContain(`${folder}/.husky/pre-commit\n`);
  const path = { PATH: `${folder}/bin:${process.env["PATH"] ?? ""}` };
  await commit("a", "1", "--no-verify");
  writeFileSync(join(folder, "a"), "2");
  await gitIn(folder, path)("commit", "--quiet", "--all", "--message", "two");
  expect(readFileSync(join(folder, "called"), "utf8")).toBe("--no-install|keyturn|hook|run|pre-commit|");
  await git("init", "--quiet", "--bare", "remote.git");
  expect(await gitIn(folder, path)("push", "--quiet", "remote.git", "main")).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, "pushed"), "utf8")).toMatch(
    /^refs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0{40}\n$/,
  );
  expect((await keyturn("hook status")).out).toContain("kept by husky");
  expect(await keyturn("hook uninstall")).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, ".husky/pre-push"), "utf8")).toBe("cat > pushed\n");
  expect(existsSync(join(folder, ".husky/pre-commit"))).toBe(false);
});

test.each([
  ["lefthook.yml", "lefthook", "use_stdin: true"],
  [".pre-commit-config.yaml", "pre-commit", "stages: [pre-push]"],
])("for %s it prints what the file needs, and touches nothing", long, async (file, name, needs) => {
  const { keyturn, folder, git, write } = await ready();
  write(file, "# nothing yet\n");
  const wanted = await keyturn("hook install");
  expect(wanted).toMatchObject({
    code: 2,
    out: expect.stringContaining(`${name} keeps the hooks here: add to ${folder}/${file}`),
  });
  expect(wanted.out).toContain(needs);
  expect(existsSync(join(folder, ".git/hooks/pre-commit"))).toBe(false);
  write(file, wanted.out.slice(wanted.out.indexOf("\n")));
  expect(await keyturn("hook install")).toMatchObject({ code: 0, out: `${folder}/${file} calls them already\n` });
  expect(await keyturn("hook status")).toMatchObject({ code: 0 });
  await git("init", "--quiet");
});

test("the program pre-commit says in the environment what is pushed", long, async () => {
  const { keyturn, git, commit } = await ready();
  await commit("a", "1");
  await commit("b", secret);
  const [to = "", from = ""] = (await git("log", "--format=%H")).out.split("\n");
  const told = (variables: Readonly<Record<string, string>>) => keyturn("hook run pre-push", { variables });
  expect(await told({ PRE_COMMIT_TO_REF: to, PRE_COMMIT_FROM_REF: from })).toMatchObject({ code: 2 });
  expect(await told({ PRE_COMMIT_TO_REF: from })).toMatchObject({ code: 0, err: "" });
  // of a branch that shares nothing with the remote it says no more
  for (const branch of ["refs/heads/main", "HEAD"]) {
    const variables = { PRE_COMMIT_LOCAL_BRANCH: branch, PRE_COMMIT_REMOTE_NAME: "origin" };
    expect(await told(variables)).toMatchObject({ code: 2, err: expect.stringContaining("b:1:1") });
  }
});

test("a worktree and a submodule run the hooks of their repository", long, async () => {
  const { keyturn, folder, git, commit } = await ready();
  await commit("a", "1");
  await keyturn("hook install");
  await git("worktree", "add", "--quiet", "tree");
  const tree = join(folder, "tree");
  writeFileSync(join(tree, "b"), secret);
  await gitIn(tree)("add", "b");
  expect(await gitIn(tree)("commit", "--message", "b")).toMatchObject({
    code: 1,
    err: expect.stringContaining("b:1:1"),
  });
  expect((await keyturnAt(tree)("hook status")).out).toContain(`${folder}/.git/hooks/pre-commit`);
  await git("submodule", "--quiet", "add", folder, "part");
  const part = join(folder, "part");
  expect((await keyturnAt(part)("hook install")).out).toContain(`${folder}/.git/modules/part/hooks/pre-commit\n`);
  writeFileSync(join(part, "c"), secret);
  await gitIn(part)("add", "c");
  expect(await gitIn(part)("commit", "--message", "c")).toMatchObject({
    code: 1,
    err: expect.stringContaining("c:1:1"),
  });
});

test("where no store is, environment files and known formats are looked for, and it says so", long, async () => {
  const folder = await writeProject({ a: "1", ".env": "A=1" });
  const git = gitIn(folder);
  await git("init", "--quiet");
  await keyturnAt(folder)("hook install");
  await git("add", "a");
  expect(await git("commit", "--quiet", "--message", "a")).toMatchObject({
    code: 0,
    err: "! no store on this machine: only .env files and known formats were looked for\n",
  });
  await git("add", "--force", ".env");
  expect(await git("commit", "--quiet", "--message", "b")).toMatchObject({ code: 1 });
  await git("rm", "--quiet", "--cached", ".env");
  writeFileSync(join(folder, "b"), `key: sk-or-v1-${createHash("sha256").update("b").digest("hex")}\n`);
  await git("add", "b");
  const format = await git("commit", "--quiet", "--message", "b");
  expect([format.code, format.err]).toEqual([
    1,
    expect.stringMatching(/^openrouter API key, not in the store\n[^]* b:1:6\n/),
  ]);
  expect(await keyturnAt("/")("hook install")).toMatchObject({ code: 69 });
  expect(await keyturnAt(folder)("hook run post-commit")).toMatchObject({ code: 64 });
});

/** A repository without a store, a kit of a store that lies elsewhere, and a value that the kit knows. */
async function withKit() {
  const { folder: home, context } = await makeProject();
  await keyturnAt(home)("generate SHARED_SECRET");
  await keyturnAt(home)("scan-kit export --out keyturn.kit");
  const { value } = await revealValue(context, { name: "SHARED_SECRET", scope: {} });
  const folder = await writeProject({ a: "clean" });
  copyFileSync(join(home, "keyturn.kit"), join(folder, "keyturn.kit"));
  const git = gitIn(folder);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "a");
  const leak = async () => {
    writeFileSync(join(folder, "b"), `const a = "${value.reveal().toString("utf8")}";\n`);
    await git("add", "b");
  };
  return { home, folder, git, keyturn: keyturnAt(folder), leak };
}

test("with a kit a commit and a push are refused where no store is, by what may be a value too", long, async () => {
  const { folder, git, keyturn, leak } = await withKit();
  expect(await keyturn("hook install --kit keyturn.kit")).toMatchObject({ code: 0, err: "" });
  expect(readFileSync(join(folder, ".git/hooks/pre-push"), "utf8")).toContain(
    `hook run pre-push "$1" --kit ${folder}/keyturn.kit\n`,
  );
  expect(await git("commit", "--quiet", "--message", "a")).toMatchObject({ code: 0, err: "" });
  await leak();
  const { code, err } = await git("commit", "--quiet", "--message", "b");
  expect(code).toBe(1);
  expect(err).toMatch(/^[0-9a-f]{12}, perhaps\n[^]* {2}b:1:12 {2}literal\nfound: 1 candidate that nobody confirmed; /);
  expect(err).toContain("commit refused by");
  await git("init", "--quiet", "--bare", "remote.git");
  expect(await git("push", "--quiet", "remote.git", "main")).toMatchObject({ code: 0, err: "" });
  await git("commit", "--quiet", "--no-verify", "--message", "b");
  expect((await git("push", "--quiet", "remote.git", "main")).err).toContain("push refused by");
  // what can't be looked for stops it
  rmSync(join(folder, "keyturn.kit"));
  expect((await git("push", "--quiet", "remote.git", "main")).err).toContain("keyturn.kit can't be read");
  expect(await keyturn("hook install --kit keyturn.kit")).toMatchObject({ code: 66 });
});

test("a server is asked about what a kit finds, and tells whose it is", long, async () => {
  const { home, folder, keyturn, leak } = await withKit();
  await keyturn("hook install --kit keyturn.kit");
  await leak();
  const { variables } = await openHttp(home, "local:viewer");
  const { code, err } = await gitIn(folder, variables)("commit", "--quiet", "--message", "b");
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^SHARED_SECRET v1, live in local\n[^]* {2}b:1:12 {2}literal\n/),
  ]);
  const gone = { ...variables, KEYTURN_URL: "http://127.0.0.1:9" };
  const unasked = await gitIn(folder, gone)("commit", "--quiet", "--message", "b");
  expect([unasked.code, unasked.err]).toEqual([1, expect.stringContaining("the server did not tell: ")]);
});

test("on a server without a store the kit stands before what is pushed", long, async () => {
  const { folder, git, leak } = await withKit();
  const remote = join(await writeProject({}), "remote.git");
  await gitIn(folder)("init", "--quiet", "--bare", "--initial-branch=main", remote);
  expect(await keyturnAt(remote)(`hook install --pre-receive --kit ${folder}/keyturn.kit`)).toMatchObject({ code: 0 });
  await git("commit", "--quiet", "--message", "a");
  expect(await git("push", "--quiet", remote, "main")).toMatchObject({ code: 0, err: "" });
  await leak();
  await git("commit", "--quiet", "--message", "b");
  const { code, err } = await git("push", "--quiet", remote, "main");
  expect([code, err]).toEqual([1, expect.stringContaining("remote:   b:1:12  literal")]);
});

test("hooks that are committed name a kit of the repository, and no other", long, async () => {
  const { home, folder, git, keyturn } = await withKit();
  await git("config", "core.hooksPath", "tools/hooks");
  expect(await keyturn(`hook install --kit ${home}/keyturn.kit`)).toMatchObject({
    code: 64,
    err: expect.stringContaining("put the kit into the repository"),
  });
  expect(await keyturn("hook install --kit keyturn.kit")).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, "tools/hooks/pre-commit"), "utf8")).toContain("pre-commit --kit keyturn.kit\n");
  await git("config", "--unset", "core.hooksPath");
  writeFileSync(join(folder, "lefthook.yml"), "# nothing yet\n");
  const wanted = await keyturn("hook install --kit keyturn.kit");
  expect(wanted).toMatchObject({ code: 2, out: expect.stringContaining('pre-push "{1}" --kit keyturn.kit\n') });
  writeFileSync(join(folder, "lefthook.yml"), wanted.out.slice(wanted.out.indexOf("\n")));
  expect(await keyturn("hook install --kit keyturn.kit")).toMatchObject({ code: 0 });
  rmSync(join(folder, "lefthook.yml"));
  mkdirSync(join(folder, ".husky/_"), { recursive: true });
  await git("config", "core.hooksPath", ".husky/_");
  await keyturn("hook install --kit keyturn.kit");
  expect(readFileSync(join(folder, ".husky/pre-commit"), "utf8")).toContain("pre-commit --kit keyturn.kit || exit\n");
});
