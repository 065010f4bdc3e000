import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { inEnvironment } from "../../src/operation/context.ts";
import {
  acceptCredentials,
  acceptFinding,
  listFindings,
  retireValue,
  scan,
  type Context,
  type ListedFinding,
  type ScanRequest,
} from "#operation";
import { byClock, movedClock } from "./later.ts";
import { auditTrail, makeProject, put } from "./make-context.ts";

const secret = "planted-Value-7319+x/y";
const machine = hostname();
const day = 24 * 3_600_000;

async function ready() {
  const project = await makeProject();
  const { context } = project;
  const folder = realpathSync(project.folder);
  await put(context, "SHARED_SECRET", secret);
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const tree = (...paths: readonly string[]) => look(context, { target: { kind: "tree", folder, paths } });
  return { context, folder, write, tree };
}

function look(context: Context, request: ScanRequest) {
  return scan(context, { keep: {}, ...request });
}

async function list(context: Context): Promise<readonly string[]> {
  return (await listFindings(context)).map(line);
}

function line({ state, thing, place, machine: by }: ListedFinding): string {
  const what = thing.kind === "value" ? `${thing.name} v${thing.version} ${thing.encoding}` : thing.format;
  return `${state} ${what} ${place.where.replace(by, "here")} ${place.path}:${place.line ?? "?"}`;
}

function git(folder: string, ...words: readonly string[]) {
  const who = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...words], { cwd: folder, encoding: "utf8" }).trim();
}

describe("a scan of files", () => {
  test("is kept by place, once for each kind of finding, and says nothing of a value", async () => {
    const { context, folder, write, tree } = await ready();
    write("src/a.ts", `\n"${secret}" and "${secret}"\n${Buffer.from(secret).toString("base64")}`);
    expect((await tree("src")).kept).toEqual({ new: 2, gone: 0, over: 0 });
    expect((await tree(".")).kept).toEqual({ new: 0, gone: 0, over: 0 });
    const found = await listFindings(context);
    expect(found.map(line)).toEqual([
      `new SHARED_SECRET v1 literal here ${folder}/src/a.ts:2`,
      `new SHARED_SECRET v1 base64 here ${folder}/src/a.ts:3`,
    ]);
    expect(found[0]).toMatchObject({ places: 2, present: true, machine, actor: context.actor.name, step: "rotate" });
    expect(JSON.stringify(found)).not.toContain("planted");
    expect((await auditTrail(context)).filter((one) => one === "finding.keep local")).toHaveLength(1);
  });

  test("says that it is gone only where it looked, and whoever brings it back brings it back new", async () => {
    const { context, folder, write, tree } = await ready();
    write("src/a.ts", secret);
    write("lib/b.ts", secret);
    await tree(".");
    write("src/a.ts", "clean");
    rmSync(join(folder, "lib/b.ts"));
    expect((await tree("src")).kept).toMatchObject({ gone: 1 });
    expect((await list(context)).map((one) => one.split(" ")[0])).toEqual(["new", "gone"]);
    expect(await listFindings(context)).toMatchObject([{ step: "rotate" }, { step: "rotate", state: "gone" }]);
    expect((await tree(".")).kept).toMatchObject({ gone: 1 });
    write("src/a.ts", `\n\n${secret}`);
    expect((await tree("src/a.ts")).kept).toMatchObject({ new: 1 });
    expect((await list(context))[0]).toBe(`new SHARED_SECRET v1 literal here ${folder}/src/a.ts:3`);
    expect(await listFindings(context)).toHaveLength(2);
  });

  test("does not call gone what it could not read, what it did not look for, and what a link hides", async () => {
    const { context, folder, write, tree } = await ready();
    write("pack/deep/a", secret);
    write("b", secret);
    await tree(".");
    renameSync(join(folder, "pack"), join(folder, "elsewhere"));
    symlinkSync("elsewhere", join(folder, "pack"));
    const target = { kind: "tree", folder, paths: ["pack/deep/..", "b"] } as const;
    await look(context, { target: { ...target, paths: ["."] }, wanted: "formats" });
    expect((await tree(".")).kept).toMatchObject({ gone: 0, new: 1 });
    // named itself it is followed, to where the file is
    expect((await tree("pack")).kept).toMatchObject({ new: 0, gone: 0 });
    expect((await list(context)).filter((one) => one.includes("elsewhere/deep/a"))).toHaveLength(1);
  });

  test("of a repository counts from its top, with the address of its remote and without who cloned it", async () => {
    const { context, folder, write } = await ready();
    git(folder, "init", "--quiet");
    git(folder, "remote", "add", "origin", "https://anna:pass-word-9@GitHub.com/acme/shop.git?token=x");
    write("deep/src/a.ts", secret);
    const below = { kind: "tree", folder: join(folder, "deep/src"), paths: ["a.ts"] } as const;
    await look(context, { target: below });
    await look(context, { target: { ...below, folder, paths: ["deep"] } });
    expect(await list(context)).toEqual(["new SHARED_SECRET v1 literal github.com/acme/shop deep/src/a.ts:1"]);
    expect(JSON.stringify(await listFindings(context))).not.toContain("pass-word");
    rmSync(join(folder, "deep"), { recursive: true });
    await look(context, { target: { ...below, folder, paths: ["."] } });
    expect((await list(context))[0]).toMatch(/^gone/);
  });

  test("keeps no value that a file is named by", async () => {
    const { context, write, tree } = await ready();
    const plain = "planted-Value-in-a-name";
    await put(context, "SHARED_SECRET", plain);
    write(`dump-${plain}.txt`, plain);
    await tree(".");
    expect(await list(context)).toMatchObject([expect.stringMatching(/dump-\[SHARED_SECRET\]\.txt:1$/)]);
  });
});

describe("a repository's history", () => {
  test("is kept once for each path, with the commit that brought it, until none has it any more", async () => {
    const { context, folder, write } = await ready();
    git(folder, "init", "--quiet");
    const commit = () => {
      git(folder, "add", "src");
      git(folder, "commit", "--quiet", "--message", "change");
      return git(folder, "rev-parse", "HEAD");
    };
    write("src/a.ts", "nothing");
    const empty = commit();
    write("src/a.ts", `a ${secret}`);
    const first = commit();
    write("src/a.ts", `\nb ${secret}`);
    commit();
    const target = { kind: "git", folder, select: { kind: "all" } } as const;
    await look(context, { target });
    const [found] = await listFindings(context);
    expect(found).toMatchObject({ commit: first, present: true, places: 1, place: { kind: "git", line: 2 } });
    expect(found?.place.where).toBe(`${machine}:${folder}`);
    write("src/a.ts", "clean");
    commit();
    await look(context, { target });
    expect(await listFindings(context)).toMatchObject([{ state: "new", present: false, commit: first }]);
    // a range leaves out what may have it
    await look(context, { target: { ...target, select: { kind: "revisions", revisions: ["HEAD~1..HEAD"] } } });
    expect(await listFindings(context)).toMatchObject([{ state: "new" }]);
    git(folder, "reset", "--quiet", "--hard", empty);
    git(folder, "reflog", "expire", "--expire=now", "--all");
    git(folder, "gc", "--quiet", "--prune=now");
    expect((await look(context, { target })).kept).toMatchObject({ gone: 1 });
  });

  test("that is cut short calls nothing gone, and what is staged is not kept", async () => {
    const { context, folder, write } = await ready();
    git(folder, "init", "--quiet", "full");
    write("full/a.ts", secret);
    git(join(folder, "full"), "add", "a.ts");
    git(join(folder, "full"), "commit", "--quiet", "--message", "one");
    write("full/a.ts", "clean");
    git(join(folder, "full"), "commit", "--quiet", "--all", "--message", "two");
    const select = { kind: "all" } as const;
    await look(context, { target: { kind: "git", folder: join(folder, "full"), select } });
    const shallow = join(folder, "full/.git/shallow");
    writeFileSync(shallow, `${git(join(folder, "full"), "rev-parse", "HEAD")}\n`);
    git(join(folder, "full"), "reflog", "expire", "--expire=now", "--all");
    git(join(folder, "full"), "gc", "--quiet", "--prune=now");
    const again = await look(context, { target: { kind: "git", folder: join(folder, "full"), select } });
    expect(again.findings).toEqual([]);
    expect(again.kept).toMatchObject({ gone: 0 });
    write("full/b.ts", secret);
    git(join(folder, "full"), "add", "b.ts");
    const staged = { kind: "git", folder: join(folder, "full"), select: { kind: "staged" } } as const;
    const result = await look(context, { target: staged });
    expect(result.findings).toHaveLength(1);
    expect(result.kept).toBeUndefined();
  });
});

test("a stream is kept under its label, and not without one", async () => {
  const { context } = await ready();
  const stream = (text: string) => ({ kind: "stream", stream: Readable.from([Buffer.from(text)]) }) as const;
  expect((await look(context, { target: stream(secret) })).kept).toBeUndefined();
  await look(context, { target: stream(`\n${secret}`), keep: { label: "image shop:42" } });
  expect(await list(context)).toEqual(["new SHARED_SECRET v1 literal image shop:42 :2"]);
  await look(context, { target: stream("clean"), keep: { label: "image shop:43" } });
  expect(await list(context)).toMatchObject([expect.stringMatching(/^new/)]);
  await look(context, { target: stream("clean"), keep: { label: "image shop:42" } });
  expect(await list(context)).toMatchObject([expect.stringMatching(/^gone/)]);
});

test("state follows the version: replaced, retired, and what is left to do", async () => {
  const { context, write, tree } = await ready();
  write("a", secret);
  await tree(".");
  await put(context, "SHARED_SECRET", "another-Value-20482");
  expect(await listFindings(context)).toMatchObject([
    { state: "rotated", step: "retire", version: { state: "live", present: false } },
  ]);
  await retireValue(context, { name: "SHARED_SECRET", scope: {}, compromised: true, confirm: async () => true });
  expect(await listFindings(context)).toMatchObject([
    { state: "rotated", step: "take-out", version: { state: "compromised", present: false } },
  ]);
  write("a", "clean");
  await tree("a");
  expect(await listFindings(context)).toMatchObject([{ state: "gone", step: "none" }]);
});

describe("to accept", () => {
  const until = new Date(Date.now() + 30 * day).toISOString().slice(0, 10);

  test("a live value is refused, a retired one may stand until a day, and one more in the file may not", async () => {
    const { context, write, tree } = await ready();
    write("a", secret);
    await tree(".");
    const [{ id } = { id: 0 }] = await listFindings(context);
    const accept = (more = {}) => acceptFinding(context, { id, reason: "an old dump", until, ...more });
    await expect(accept()).rejects.toMatchObject({ code: "VALUE_IN_USE" });
    await put(context, "SHARED_SECRET", "another-Value-20482");
    // it may still open something
    await expect(accept()).rejects.toMatchObject({ code: "VALUE_IN_USE" });
    await retireValue(context, { name: "SHARED_SECRET", scope: {}, compromised: false, confirm: async () => true });
    await expect(accept({ until: "2020-01-01" })).rejects.toMatchObject({ code: "USAGE" });
    await expect(accept({ reason: " " })).rejects.toMatchObject({ code: "USAGE" });
    await expect(accept({ id: id + 7 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await accept()).toMatchObject({
      state: "accepted",
      step: "none",
      accepted: { by: context.actor.name, until },
    });
    expect((await auditTrail(context)).at(-1)).toBe("finding.accept SHARED_SECRET");
    await tree(".");
    expect(await listFindings(context)).toMatchObject([{ state: "accepted" }]);
    expect(await listFindings(await byClock(context, movedClock(40 * day)))).toMatchObject([{ state: "rotated" }]);
    write("a", `${secret}\n${secret}`);
    await tree(".");
    expect(await listFindings(context)).toMatchObject([{ state: "rotated", places: 2 }]);
    write("a", "clean");
    await tree(".");
    await expect(accept()).rejects.toMatchObject({ code: "NOT_FOUND" });
    write("a", secret);
    await tree(".");
    expect((await listFindings(context))[0]?.accepted).toBeUndefined();
  });

  test("a credential is kept by its format, and the list beside keyturn.yaml lets it stand here too", async () => {
    const { context, write, tree } = await ready();
    write("src/a.ts", `db = "postgres://shop:Zk3vQ9pLx81mT@db.acme-shop.io/x"`);
    const { credentials } = await tree(".");
    expect(credentials).toHaveLength(1);
    expect(await listFindings(context)).toMatchObject([
      { thing: { kind: "credential", format: credentials[0]?.format }, state: "new", step: "exchange" },
    ]);
    await acceptCredentials(context, { credentials, reason: "for tests alone", until });
    expect((await tree(".")).kept).toMatchObject({ new: 0, gone: 0 });
    expect(await listFindings(context)).toMatchObject([
      { state: "accepted", accepted: { by: "keyturn.accepted.yaml", reason: "for tests alone" } },
    ]);
    write("keyturn.accepted.yaml", "[]");
    await tree(".");
    expect(await listFindings(context)).toMatchObject([{ state: "new" }]);
    const values = { kind: "tree", folder: dirname(context.manifest), paths: ["."] } as const;
    write("src/a.ts", "clean");
    expect((await look(context, { target: values, wanted: "values" })).kept).toMatchObject({ gone: 0 });
    expect((await tree(".")).kept).toMatchObject({ gone: 1 });
  });
});

describe("to accept what a scan found", () => {
  const until = new Date(Date.now() + 30 * day).toISOString().slice(0, 10);
  const reason = "for tests alone";
  const url = (host: string) => `db = "postgres://shop:Zk3vQ9pLx81mT@${host}.acme-shop.io/x"\n`;

  test("marks it at once, here and nowhere else, and the next scan leaves it so", async () => {
    const { context, folder, write, tree } = await ready();
    write("src/a.ts", url("db") + url("other"));
    write("src/b.ts", url("db"));
    await tree(".");
    const target = { kind: "tree", folder, paths: ["src/a.ts"] } as const;
    const { credentials, environments } = await look(context, { target });
    const kept = { target, environments };
    expect(await acceptCredentials(context, { credentials, reason, until, kept })).toMatchObject({
      entries: [{ path: "src/a.ts", places: 2 }],
      findings: { marked: 1 },
    });
    const marked = await list(context);
    expect(marked.map((one) => one.replace(/ .*src/, " src"))).toEqual(["new src/b.ts:1", "accepted src/a.ts:1"]);
    expect((await listFindings(context))[1]).toMatchObject({ accepted: { by: "keyturn.accepted.yaml", places: 2 } });
    expect((await auditTrail(context)).at(-1)).toMatch(/^finding\.accept /);
    await tree(".");
    expect(await list(context)).toEqual(marked);
    write("src/a.ts", url("db") + url("other") + url("third"));
    await tree(".");
    expect((await list(context)).filter((one) => one.startsWith("new"))).toHaveLength(2);
  });

  test("of a stream goes by its label, and a scan that kept nothing marks nothing", async () => {
    const { context } = await ready();
    const target = () => ({ kind: "stream", stream: Readable.from([Buffer.from(url("db"))]) }) as const;
    const { credentials, environments } = await look(context, { target: target(), keep: { label: "image shop:42" } });
    const request = { credentials, reason, until };
    expect(await acceptCredentials(context, request)).not.toHaveProperty("findings");
    expect(await listFindings(context)).toMatchObject([{ state: "new" }]);
    const kept = { target: target(), environments, label: "image shop:42" };
    expect((await acceptCredentials(context, { ...request, kept })).findings).toEqual({ marked: 1 });
    expect(await listFindings(context)).toMatchObject([{ state: "accepted" }]);
  });
});

test("a value that the store has no more breaks nothing", async () => {
  const { context, write, tree } = await ready();
  write("a", secret);
  await tree(".");
  await inEnvironment(context, async ({ findings }) => {
    const [one] = await findings.list();
    if (one === undefined) throw new Error("nothing is kept");
    const thing = { kind: "value", name: "LONG_GONE", scope: {}, version: 4, encoding: "literal" } as const;
    await findings.add(one, thing, context.actor);
  });
  const [, gone] = await listFindings(context);
  expect(gone).toMatchObject({ thing: { name: "LONG_GONE" }, state: "rotated", step: "take-out" });
  expect(gone?.version).toBeUndefined();
});

test("what is gone for a year is dropped, and a full store takes no more", async () => {
  const { context, folder, write, tree } = await ready();
  write("a", secret);
  await tree(".");
  rmSync(join(folder, "a"));
  await tree(".");
  const inAYear = await byClock(context, movedClock(367 * day));
  await look(inAYear, { target: { kind: "tree", folder, paths: ["."] } });
  expect(await listFindings(context)).toEqual([]);
  await inEnvironment(context, async ({ findings }) => {
    const thing = { kind: "credential", format: "a key" } as const;
    const seen = { places: 1, present: true, machine: "elsewhere", root: "/" };
    for (let at = 0; at < 5000; at += 1) {
      const place = { kind: "tree", where: "elsewhere", path: `/f${at}` } as const;
      await findings.add({ ...seen, place }, thing, context.actor);
    }
  });
  write("a", secret);
  expect((await tree(".")).kept).toEqual({ new: 0, gone: 0, over: 1 });
}, 60_000);
