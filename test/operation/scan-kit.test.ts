import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { kitMark, parseKit, type Kit } from "#leak";
import { AppError } from "#kernel";
import {
  confirmCandidates,
  exportKit,
  generateValues,
  listFindings,
  revealValue,
  scanWithKit,
  type Confirmation,
  type Context,
} from "#operation";
import { auditTrail, makeProject, put } from "./make-context.ts";

async function ready() {
  const project = await makeProject();
  await generateValues(project.context, { names: ["SHARED_SECRET"], missing: false, newVersion: false });
  await put(project.context, "MONGO_URI", "mongodb://u:a-password-of-a-person@db/x");
  const { value } = await revealValue(project.context, { name: "SHARED_SECRET", scope: {} });
  const secret = value.reveal().toString("utf8");
  const { text, ...exported } = await exportKit(project.context, { names: false });
  const kit = parseKit(text);
  if (kit === undefined) throw new Error("no kit");
  const write = (content: string) => writeFileSync(join(project.folder, "f"), content);
  const look = (with_: Kit, confirm?: Parameters<typeof scanWithKit>[1]["confirm"]) =>
    scanWithKit(project.context, {
      kit: with_,
      target: { kind: "tree", folder: project.folder, paths: ["f"] },
      ...(confirm === undefined ? {} : { confirm }),
    });
  return { ...project, secret, text, kit, exported, write, look };
}

const asks = (context: Context) => (asked: Parameters<typeof confirmCandidates>[1]) =>
  confirmCandidates(context, asked);

test("a kit has what chance made, names what it does not find, and holds nothing of either", async () => {
  const { context, exported, text, secret } = await ready();
  expect(exported).toEqual({ environments: ["local"], values: 1, notSearchable: ["MONGO_URI v1"] });
  expect(text).not.toContain("SHARED_SECRET");
  for (let at = 0; at + 8 <= secret.length; at += 1) expect(text).not.toContain(secret.slice(at, at + 8));
  expect((await exportKit(context, { names: true })).text).toContain("SHARED_SECRET");
  expect(await auditTrail(context)).toContain("value.kit local");
});

test("two exports have the same entries: together they tell no more than one", async () => {
  const { context, kit } = await ready();
  const again = parseKit((await exportKit(context, { names: false })).text);
  expect(again).toEqual({ ...kit, madeAt: again?.madeAt });
});

test("a vendor's key is in it, as long as it is: a person's password, a setting of 40 letters and a made-up key are not", async () => {
  const { context } = await ready();
  await put(context, "SHARED_SECRET", "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");
  expect(await exportKit(context, { names: false })).toMatchObject({ values: 2 });
  await put(context, "SHARED_SECRET", "thispasswordhasfortylettersandnochance42");
  expect((await exportKit(context, { names: false })).notSearchable).toContain("SHARED_SECRET v3");
});

test("a vendor's key that holds a document is in none: much of it is known", async () => {
  const { context } = await ready();
  const document = Buffer.from(
    '{"iat":1764500000,"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"a"}',
  );
  const tail = "Zq3LrV1nBm5YcWk7TgHs2PfDaEuIoQwRyNlM8xJt0b4";
  await put(context, "SHARED_SECRET", `sntrys_${document.toString("base64").replaceAll("=", "")}_${tail}`);
  expect((await exportKit(context, { names: false })).notSearchable).toContain("SHARED_SECRET v2");
});

test("what was found is confirmed, told by name and written into the log; what has only the same end is refuted", async () => {
  const { context, secret, kit, write, look } = await ready();
  const other = `${secret.startsWith("A") ? "B" : "A"}${secret.slice(1)}`;
  write(`one\n k=${secret}\n k=${other}\n`);
  const result = await look(kit, asks(context));
  expect(result.findings).toMatchObject([
    { name: "SHARED_SECRET", version: 1, environment: "local", state: "live", line: 2, column: 4 },
  ]);
  expect(result).toMatchObject({ candidates: [], refuted: 1, kit: { tags: 64 } });
  expect(JSON.stringify(result)).not.toContain(secret.slice(-8));
  expect(await auditTrail(context)).toContain("value.confirm local");
});

test("threads, archives and a repository's history are looked into with a kit as with the values", async () => {
  const { context, folder, secret, kit } = await ready();
  mkdirSync(join(folder, "many"));
  for (let at = 0; at < 600; at += 1) writeFileSync(join(folder, "many", `${at}`), at % 100 === 7 ? secret : "nothing");
  writeFileSync(join(folder, "many", "packed.gz"), gzipSync(`a ${secret}`));
  const tree = { kind: "tree", folder, paths: ["many"] } as const;
  const found = await scanWithKit(context, { kit, target: tree, confirm: asks(context) });
  expect(found.findings.map(({ path }) => path).toSorted()).toEqual(
    ["107", "207", "307", "407", "507", "7", "packed.gz"].map((name) => `many/${name}`),
  );
  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], { cwd: join(folder, "many") });
  git("init", "-q");
  git("add", "7");
  git("commit", "-qm", "one");
  const history = { kind: "git", folder: join(folder, "many"), select: { kind: "all" } } as const;
  expect((await scanWithKit(context, { kit, target: history, confirm: asks(context) })).findings).toMatchObject([
    { name: "SHARED_SECRET", path: "7", git: { present: true } },
  ]);
}, 60_000);

test("without anybody to ask, or where the answer is a failure, candidates stay what they are", async () => {
  const { kit, secret, write, look } = await ready();
  write(secret);
  const unasked = await look(kit);
  expect(unasked).toMatchObject({ findings: [], refuted: 0, candidates: [{ path: "f", line: 1 }] });
  expect(unasked.candidates[0]?.name).toMatch(/^[0-9a-f]{12}$/);
  const failed = await look(kit, () => Promise.reject(new AppError("SERVER_UNREACHABLE", "it is away")));
  expect(failed).toMatchObject({ candidates: [{}], unasked: { code: "SERVER_UNREACHABLE" } });
  const partly = await look(kit, async (): Promise<Confirmation> => ({ confirmed: [], complete: false }));
  expect(partly).toMatchObject({ candidates: [{}], refuted: 0 });
});

test("a guess at what no kit has is not confirmed, however right it is", async () => {
  const { context, kit } = await ready();
  const { spanDigest } = await import("#leak");
  const spans = [spanDigest(kit)(Buffer.from("mongodb://u:a-password-of-a-person@db/x"))];
  expect(await confirmCandidates(context, { kit: kitMark(kit), spans })).toEqual({ confirmed: [], complete: true });
  const foreign = { kit: kitMark({ key: Buffer.alloc(32) }), spans };
  await expect(confirmCandidates(context, foreign)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("places go along where they are to be kept, and none of them otherwise", async () => {
  const { context, folder, kit, secret, write } = await ready();
  write(`x\n${secret} ${secret}`);
  const target = { kind: "tree", folder, paths: ["f"] } as const;
  await scanWithKit(context, { kit, target, confirm: asks(context) });
  expect(await listFindings(context)).toEqual([]);
  await scanWithKit(context, { kit, target, confirm: asks(context), keep: {} });
  expect(await listFindings(context)).toMatchObject([
    { thing: { name: "SHARED_SECRET", version: 1 }, place: { kind: "tree", line: 2 }, places: 2, state: "new" },
  ]);
  expect(JSON.stringify(await listFindings(context))).not.toContain(secret.slice(0, 12));
  // a kit finds less than the store: it calls nothing gone
  write("clean");
  await scanWithKit(context, { kit, target, confirm: asks(context), keep: {} });
  expect(await listFindings(context)).toMatchObject([{ state: "new" }]);
});
