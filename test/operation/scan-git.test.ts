import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { scan, type ScanResult, type ScanTarget } from "#operation";
import { makeProject, put } from "./make-context.ts";

const secret = "planted-Value-7319+x/y";

type Select = Extract<ScanTarget, { kind: "git" }>["select"];

async function ready() {
  const { folder, context } = await makeProject();
  await put(context, "SHARED_SECRET", secret);
  const repository = join(folder, "repository");
  mkdirSync(repository);
  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.org", ...words], {
      cwd: repository,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
  };
  const commit = (path: string, content: string | Uint8Array) => {
    write(path, content);
    git("add", "--all");
    git("commit", "--quiet", "--message", `change ${path}`);
    return git("rev-parse", "HEAD");
  };
  const look = (select: Select = { kind: "all" }, at = repository) =>
    scan(context, { target: { kind: "git", folder: at, select } });
  return { folder, context, repository, git, write, commit, look };
}

const places = ({ findings }: ScanResult) =>
  findings.map(({ path, line, git }) => [`${path}:${line}`, git?.commit, git?.present]);

test("a value is found in what was deleted, on another branch, in a stash, and where no branch leads to any more", async () => {
  const { git, write, commit, look } = await ready();
  commit("README", "nothing\n");
  const added = commit("src/a.ts", `// one\nconst a = "${secret}";\n`);
  git("rm", "--quiet", "src/a.ts");
  git("commit", "--quiet", "--message", "take it out");
  git("checkout", "--quiet", "-b", "side", "HEAD~1");
  const side = commit("side.yml", `token: ${Buffer.from(secret).toString("base64")}\n`);
  git("checkout", "--quiet", "main");
  write("README", `stashed ${secret}\n`);
  git("stash");
  const stashed = git("rev-parse", "stash@{0}");
  write("lost", `lost ${secret}\n`);
  const lost = git("hash-object", "-w", "lost");
  const result = await look();
  expect(places(result)).toEqual(
    expect.arrayContaining([
      ["src/a.ts:2", added, false],
      ["side.yml:1", side, false],
      ["README:1", stashed, false],
      [`blob ${lost.slice(0, 12)}, in no commit:1`, undefined, false],
    ]),
  );
  expect(result.findings).toHaveLength(4);
  expect(JSON.stringify(result)).not.toContain("planted");
});

test("what is damaged is told, and what was found all the same", async () => {
  const { git, repository, commit, look } = await ready();
  commit("src/a.ts", "one\n");
  const lost = git("rev-parse", "HEAD^{tree}");
  const blob = git("rev-parse", "HEAD:src/a.ts");
  commit("src/a.ts", `const a = "${secret}";\n`);
  const damage = (id: string) => {
    rmSync(join(repository, ".git/objects", id.slice(0, 2), id.slice(2)));
    writeFileSync(join(repository, ".git/objects", id.slice(0, 2), id.slice(2)), "");
  };
  damage(blob);
  expect((await look()).left).toEqual([{ path: "src/a.ts", reason: "unreadable" }]);
  damage(lost);
  const result = await look();
  expect(result.findings).toHaveLength(1);
  expect(result.left).toEqual([
    { path: ".", reason: "damaged history" },
    { path: expect.stringContaining("object "), reason: "unreadable" },
    { path: expect.stringContaining("object "), reason: "unreadable" },
  ]);
});

test("each blob is looked into once, and told with the oldest commit that has it", async () => {
  const { git, commit, look } = await ready();
  const first = commit("a/one", `${secret}\n`);
  commit("b/copy", `${secret}\n`);
  const other = commit("a/one", `x\n${secret}\n`);
  git("tag", "--annotate", "v1", "--message", `release with ${secret}`);
  const result = await look();
  expect(places(result)).toEqual([
    ["a/one:1", first, true],
    ["a/one:2", other, true],
    [expect.stringMatching(/^message of tag [0-9a-f]{12}:\d+$/), undefined, undefined],
  ]);
});

test("a message of a commit, and what a merge alone brought", async () => {
  const { git, write, commit, look } = await ready();
  commit("base", "base\n");
  git("commit", "--quiet", "--allow-empty", "--message", `the key is ${secret}`);
  const told = git("rev-parse", "HEAD");
  git("checkout", "--quiet", "-b", "side", "HEAD~1");
  commit("other", "other\n");
  git("merge", "--quiet", "--no-commit", "main");
  write("evil", `by the merge ${secret}\n`);
  git("add", "evil");
  git("commit", "--quiet", "--message", "merge");
  const merge = git("rev-parse", "HEAD");
  expect(places(await look())).toEqual([
    ["evil:1", merge, true],
    [expect.stringMatching(new RegExp(`^message of commit ${told.slice(0, 12)}:\\d+$`)), undefined, undefined],
  ]);
});

test("what is staged, before there is any commit too, and not what lies beside it", async () => {
  const { git, write, commit, look } = await ready();
  write("first", secret);
  write("beside", secret);
  git("add", "first");
  expect(places(await look({ kind: "staged" }))).toEqual([["first:1", undefined, false]]);
  commit("first", "clean");
  write("two\nlines", `x${secret}`);
  git("add", "two\nlines");
  write("two\nlines", "clean in the folder");
  const result = await look({ kind: "staged" });
  expect(places(result)).toEqual([["two\nlines:1", undefined, false]]);
  expect(result.files).toBe(1);
});

test("what the commits of a range brought, and nothing before them", async () => {
  const { git, commit, look } = await ready();
  commit("old", secret);
  const base = git("rev-parse", "HEAD");
  commit("clean", "clean");
  const added = commit("new", `a ${secret}`);
  git("rm", "--quiet", "new");
  git("commit", "--quiet", "--message", "out again");
  const range = (text: string) => look({ kind: "revisions", revisions: [text] });
  expect(places(await range(`${base}..HEAD`))).toEqual([["new:1", added, false]]);
  expect(places(await range("HEAD..HEAD"))).toEqual([]);
  await expect(range("nobody..HEAD")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("large objects, and ones without text, are found whole", async () => {
  const { commit, look } = await ready();
  const large = Buffer.concat([Buffer.alloc(9 * 1024 * 1024, "0123456789abcde\n"), Buffer.from(secret)]);
  commit("large", large);
  commit("binary", Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(secret, "utf16le")]));
  const { findings } = await look();
  expect(findings.map(({ path, offset, binary }) => [path, offset, binary])).toEqual([
    ["binary", 3, true],
    ["large", large.byteLength - secret.length, false],
  ]);
});

test("a shallow clone, a clone without all blobs and a submodule are told", async () => {
  const { folder, repository, git, commit, look } = await ready();
  commit("gone", secret);
  git("rm", "--quiet", "gone");
  git("commit", "--quiet", "--message", "out");
  commit("here", "clean");
  git("config", "uploadpack.allowFilter", "true");
  git("clone", "--quiet", "--depth", "1", `file://${repository}`, join(folder, "shallow"));
  const shallow = await look({ kind: "all" }, join(folder, "shallow"));
  expect([places(shallow), shallow.left]).toEqual([[], [{ path: ".", reason: "shallow clone" }]]);
  git("clone", "--quiet", "--filter=blob:none", `file://${repository}`, join(folder, "partial"));
  const partial = await look({ kind: "all" }, join(folder, "partial"));
  expect(partial.left).toEqual([{ path: ".", reason: "partial clone" }]);
  git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", `file://${repository}`, "sub module");
  expect((await look()).left).toEqual([{ path: "sub module", reason: "submodule" }]);
});

test("a bare repository is looked into; a folder that is in none is told", async () => {
  const { folder, repository, git, commit, look } = await ready();
  const added = commit("file", secret);
  git("clone", "--quiet", "--bare", repository, join(folder, "bare.git"));
  expect(places(await look({ kind: "all" }, join(folder, "bare.git")))).toEqual([["file:1", added, true]]);
  await expect(look({ kind: "all" }, folder)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a submodule's own history is looked into where it lies; from outside its objects are told", async () => {
  const { folder, context, repository, git, commit, look } = await ready();
  const added = commit("gone", secret);
  git("rm", "--quiet", "gone");
  git("commit", "--quiet", "--message", "out");
  const outer = join(folder, "outer");
  mkdirSync(outer);
  const around = (...words: readonly string[]) => execFileSync("git", ["-C", outer, ...words], { stdio: "ignore" });
  around("init", "--quiet");
  around("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", `file://${repository}`, "part");
  const tree = await scan(context, { target: { kind: "tree", folder, paths: ["outer"] } });
  expect(tree.findings).toEqual([]);
  expect(tree.left.map(({ path }) => path).toSorted()).toEqual([
    "outer/.git/modules/part/objects/",
    "outer/.git/objects/",
  ]);
  expect(places(await look({ kind: "all" }, join(outer, "part")))).toEqual([["gone:1", added, false]]);
});
