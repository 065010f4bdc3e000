import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { verifyLog } from "#audit";
import { keyOf, type Kek } from "#envelope";
import { makeRecord, openProcessHost, type TargetAddress } from "#host";
import { Sensitive, systemClock } from "#kernel";
import { createStore, openStore, recoverStore, restoreStore, storeKdf, type Store } from "#store";
import { foreignBytes } from "../bytes.ts";
import { holds, outcomeOf, planted } from "../law.ts";
import type { Room, Target } from "../target.ts";

const kek: Kek = keyOf(Buffer.alloc(32, 5));
const actor = { name: "anna@ops1" };

/** A store's file, and what is done to it: `flip AT MASK`, `cut LENGTH`, `sql STATEMENT`, a line each. */
export async function storeTargets({ folder }: Room): Promise<readonly Target[]> {
  const whole = await makeWhole(join(folder, "whole"));
  return [
    {
      name: "store-file",
      input: damage(),
      check: (input) => checkStore(join(folder, "store"), damaged(folder, whole.database, input)),
      runs: 25,
    },
    {
      name: "backup-database",
      input: damage(),
      check: (input) => checkRestore(join(folder, "restored"), withHeader(damaged(folder, whole.database, input))),
      runs: 25,
    },
    {
      name: "backup",
      input: foreignBytes({
        whole: [headerOf(whole.database), "age-encryption.org/v1\n-> X25519 A\nB\n--- C\n"],
        words: `keyturn backup 1 ¦s ¦0 ¦${"a".repeat(64)}¦\n¦SQLite format 3\0`,
      }),
      check: (input) => checkRestore(join(folder, "restored"), input),
      runs: 40,
    },
    {
      name: "archive",
      input: foreignBytes({ whole: archives(folder), words: `../¦/¦${"\0".repeat(512)}¦ustar¦index.html¦0000644` }),
      check: (input) => checkArchive(folder, input),
      runs: 15,
    },
  ];
}

interface Whole {
  readonly database: Buffer;
}

async function makeWhole(folder: string): Promise<Whole> {
  const store = await createStore({ folder, kek });
  await store.transaction(async (tx) => {
    const { values, lease, rollouts } = await tx.environment("production");
    const value = Sensitive.of(planted);
    await values.put({ name: "TOKEN", scope: {}, value, sensitive: false, origin: "prompt", actor });
    await tx.audit.append({ actor, action: "value.set", subject: "TOKEN", detail: { n: 1 } });
    await lease.take({ actor, doing: "apply", ttl: 10_000 });
    await rollouts.begin({ id: "ro_1", kind: "apply", release: 1, plan: {}, actor });
  });
  await store.close();
  return { database: readFileSync(join(folder, "keyturn.db")) };
}

const statements = ["update", "update", "delete", "drop", "alter", "copy"] as const;
const tables = "keyring environment value schema_migration audit_entry audit_tree lease rollout service_grant".split(
  " ",
);
const columns = (
  "store_id key_id key_check kdf signing_wrapped signing_verifier recipient name epoch root_key_id root_wrapped " +
  "number state sealed key_wrapped detail leaf seq at size nodes until plan breaking fingerprint environment"
).split(" ");
const values =
  `null¦0¦-1¦1e300¦9223372036854775807¦''¦'{}'¦x''¦x'01'¦zeroblob(100)¦'${planted}'¦'\u001b[2J'¦char(0)`.split("¦");

function damage(): fc.Arbitrary<Uint8Array> {
  const word = (list: readonly string[]) => fc.constantFrom(...list);
  const statement = fc
    .tuple(fc.constantFrom(...statements), word(tables), word(columns), word(values))
    .map(statementOf);
  const flip = fc.tuple(fc.nat(250_000), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => `flip ${at} ${mask}`);
  const cut = fc.nat(250_000).map((length) => `cut ${length}`);
  const line = fc.oneof(
    { weight: 5, arbitrary: statement },
    { weight: 3, arbitrary: flip },
    { weight: 1, arbitrary: cut },
  );
  return fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => Buffer.from(lines.join("\n")));
}

function statementOf([kind, table, column, value]: readonly [
  (typeof statements)[number],
  string,
  string,
  string,
]): string {
  switch (kind) {
    case "update":
      return `sql update "${table}" set "${column}" = ${value}`;
    case "delete":
      return `sql delete from "${table}"`;
    case "drop":
      return `sql drop table "${table}"`;
    case "alter":
      return `sql alter table "${table}" rename column "${column}" to other`;
    case "copy":
      return `sql create table "${column}" as select * from "${table}"`;
  }
}

function damaged(folder: string, whole: Buffer, script: Buffer): Buffer {
  const path = join(folder, "damaged.db");
  let bytes: Buffer = Buffer.from(whole);
  for (const line of script.toString("utf8").split("\n")) {
    const [verb, first = "", second = ""] = line.split(" ");
    if (verb === "cut") bytes = bytes.subarray(0, Number(first) % (bytes.length + 1));
    if (verb === "flip" && bytes.length > 0) {
      const at = Number(first) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ Number(second);
    }
    if (verb === "sql") bytes = changed(path, bytes, line.slice("sql ".length));
  }
  return bytes;
}

/** A statement that does not fit what is there changes nothing. */
function changed(path: string, bytes: Buffer, statement: string): Buffer {
  writeFileSync(path, bytes);
  try {
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    try {
      database.exec(`pragma ignore_check_constraints = on; ${statement}`);
    } finally {
      database.close();
    }
  } catch {
    return bytes;
  }
  return readFileSync(path);
}

/** Whatever was done to the file: it opens and tells what is in it, or ends with what is wrong. */
async function checkStore(folder: string, database: Buffer): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "keyturn.db"), database, { mode: 0o600 });
  await outcomeOf(() => storeKdf({ folder }));
  const opened = await outcomeOf(() => openStore({ folder, kek }));
  if (opened.kind === "read") await readAll(opened.result);
  await outcomeOf(() => recoverStore({ folder, identity: Sensitive.of("AGE-SECRET-KEY-1Q"), kek, actor }));
}

async function readAll(store: Store): Promise<void> {
  try {
    await outcomeOf(() => store.transaction(async (tx) => verifyLog(tx.audit.all(), await tx.audit.head())));
    await outcomeOf(() => store.transaction((tx) => tx.audit.list({ limit: 10 })));
    await outcomeOf(() => store.transaction((tx) => tx.keys.recovery()));
    await outcomeOf(() => store.transaction((tx) => tx.audit.checkpoint()));
    await outcomeOf(() =>
      store.transaction(async (tx) => {
        const { values, grants, releases, rollouts, lease } = await tx.environment("production");
        await values.openAll((await values.present()).map(({ id }) => id));
        await values.history("TOKEN");
        await grants.list();
        await releases.list(10);
        await rollouts.open();
        await lease.take({ actor, doing: "apply", ttl: 1 });
      }),
    );
  } finally {
    await store.close();
  }
}

async function checkRestore(folder: string, backup: Buffer): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const file = join(folder, "backup");
  writeFileSync(file, backup);
  const home = join(folder, "home");
  const outcome = await outcomeOf(() => restoreStore({ file, folder: home, kek, actor, clock: systemClock }));
  if (outcome.kind === "read") return;
  holds(!existsSync(home) || readdirSync(home).length === 0, `a failed restore leaves nothing: ${outcome.error.code}`);
}

function withHeader(database: Buffer): Buffer {
  return Buffer.concat([Buffer.from(headerOf(database)), database]);
}

function headerOf(database: Buffer): string {
  return `keyturn backup 1 store_1 ${database.byteLength} ${createHash("sha256").update(database).digest("hex")}\n`;
}

function archives(folder: string): readonly string[] {
  const files = join(folder, "bundle");
  mkdirSync(join(files, "assets"), { recursive: true });
  writeFileSync(join(files, "index.html"), "<html>");
  writeFileSync(join(files, "assets", "a.js"), "a");
  const tar = (...words: readonly string[]) =>
    execFileSync("tar", ["-c", "-C", files, ...words], { stdio: ["ignore", "pipe", "ignore"] });
  return [tar("."), tar("-P", "--transform=s,index,../../out,", "index.html")].map((bytes) => bytes.toString("latin1"));
}

/** An archive that can't be unpacked is told so, and none of it lands outside of its release. */
async function checkArchive(folder: string, input: Buffer): Promise<void> {
  const place = join(folder, "site");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, "srv"), { recursive: true });
  const runtime = { kind: "site", path: join(place, "srv", "www"), owner: "u", group: "u" } as const;
  const target: TargetAddress = { id: "a@h", service: "a", runtime };
  const host = openProcessHost({
    name: "h",
    folder: join(place, "home"),
    node: "node",
    readFile: () => [],
    environment: {},
  });
  const record = makeRecord({ release: "r1", digest: "ab", salt: "00ff", variables: [] });
  const controller = { owner: "p/e/s", epoch: 1, lease: 1, auditHead: "" };
  await outcomeOf(() => host.perform(controller, [{ kind: "publish", target, id: "b1", archive: input, record }]));
  holds(
    readdirSync(place).every((name) => ["srv", "home"].includes(name)),
    "nothing beside the site",
  );
  holds(
    readdirSync(join(place, "srv")).every((name) => name === "www"),
    "nothing beside the site's folder",
  );
}
