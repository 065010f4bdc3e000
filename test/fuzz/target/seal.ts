import { createPrivateKey, createPublicKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  entryOf,
  headOf,
  appendLeaf,
  emptyFrontier,
  openCheckpoint,
  parseHead,
  signCheckpoint,
  verifierText,
  verifyConsistency,
  verifyInclusion,
  verifyLog,
  consistencyProof,
  inclusionProof,
  rootOf,
  type AuditEntry,
} from "#audit";
import {
  decryptWith,
  kekFromPassphrase,
  keyOf,
  openBytes,
  parseKdf,
  sealBytes,
  sealedUnder,
  tuple,
  unwrapKey,
  untuple,
} from "#envelope";
import { Sensitive } from "#kernel";
import { loadKek } from "#store";
import { foreignBytes, type Words } from "../bytes.ts";
import { holds, outcomeOf } from "../law.ts";
import type { Room, Target } from "../target.ts";

const key = keyOf(Buffer.alloc(32, 7));
const place = { kind: "value", store: "s", environment: "e", name: "A" } as const;
const sealed = sealBytes(key, place, Buffer.from("the value"));

// a fixed key, so that a note in the corpus means the same in every run
const signingKey = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 9)]),
  format: "der",
  type: "pkcs8",
});
const verifier = verifierText("keyturn/s", createPublicKey(signingKey));
const log = ["a", "b", "c", "d", "e"].map((subject, at) =>
  entryOf(
    { actor: { name: "anna@ops1" }, action: "value.set", environment: "e", subject, detail: { n: at } },
    at + 1,
    1000 + at,
  ),
);
const leaves = log.map(({ leaf }) => leaf);
const head = headOf(leaves.reduce(appendLeaf, emptyFrontier));
const note = signCheckpoint({ origin: "keyturn/s", head }, signingKey);

const entries: Words = {
  whole: [log.map((entry) => JSON.stringify(entry)).join("\n")],
  words: '"seq":¦"leaf":¦"detail":¦{¦}¦[]¦null¦,¦\n¦1¦"x"¦"__proto__":¦"actor":',
};

const proofs: Words = {
  whole: [JSON.stringify(inclusionProof(leaves, 2)), JSON.stringify(consistencyProof(leaves, 3))],
  words: `[¦]¦,¦""¦"00"¦"${"a".repeat(64)}"¦${leaves[0] ?? ""}¦null`,
};

export function sealTargets({ folder }: Room): readonly Target[] {
  return [
    {
      name: "sealed-value",
      input: foreignBytes({ whole: [sealed.toString("latin1")], words: "\u0001¦\0¦a" }),
      check: checkSealed,
      runs: 150,
    },
    {
      name: "tuple",
      input: foreignBytes({ whole: [tuple(["a", "bc", ""]).toString("latin1")], words: "\0¦\u0001¦\u007f¦a" }),
      check: checkTuple,
      runs: 150,
    },
    {
      name: "recovery-identity",
      input: foreignBytes({
        whole: ["# public key: age1x\nAGE-SECRET-KEY-1QQQQ\n"],
        words: "AGE-SECRET-KEY-1¦Q¦\n¦# ¦age1",
      }),
      check: checkIdentity,
      runs: 60,
    },
    {
      name: "recovery-wrap",
      input: foreignBytes({
        whole: ["age-encryption.org/v1\n-> X25519 AAAA\nBBBB\n--- CCCC\n"],
        words: "age-encryption.org/v1\n¦-> ¦X25519 ¦scrypt ¦--- ¦AAAA¦\n",
      }),
      check: checkWrap,
      runs: 30,
    },
    {
      name: "kdf",
      input: foreignBytes({
        whole: [`{"name":"scrypt","n":2,"r":8,"p":1,"salt":"${"ab".repeat(16)}"}`],
        words: '"n":¦"r":¦"salt":¦null¦1e300¦-1¦{¦}¦,',
      }),
      check: checkKdf,
      runs: 60,
    },
    {
      name: "key-file",
      input: foreignBytes({
        whole: [`keyturn-key-1:${Buffer.alloc(32, 1).toString("base64")}\n`],
        words: "keyturn-key-1:¦AAAA¦=¦\n",
      }),
      check: (input) => checkKeyFile(folder, input),
      runs: 60,
    },
    {
      name: "audit-head",
      input: foreignBytes({ whole: [`5:${"a".repeat(64)}`], words: ":¦0¦a¦9" }),
      check: checkHead,
      runs: 60,
    },
    {
      name: "audit-checkpoint",
      input: foreignBytes({ whole: [note, `${verifier}\n`], words: "\n\n¦— ¦keyturn/s ¦+¦\n¦AAAA" }),
      check: checkCheckpoint,
      runs: 60,
    },
    { name: "audit-log", input: foreignBytes(entries), check: checkLog, runs: 60 },
    { name: "audit-proof", input: foreignBytes(proofs), check: checkProof, runs: 60 },
  ];
}

async function checkSealed(input: Buffer): Promise<void> {
  sealedUnder(input);
  for (const open of [() => openBytes(key, place, input), () => unwrapKey(key, place, input)]) {
    const outcome = await outcomeOf<unknown>(open);
    holds(outcome.kind === "refused" || input.equals(sealed), "only what was sealed opens");
    holds(outcome.kind === "read" || outcome.error.code === "SEAL_BROKEN", "it is told as broken");
  }
}

function checkTuple(input: Buffer): void {
  const parts = untuple(input);
  if (parts !== undefined) holds(tuple(parts).equals(input), "the same parts make the same bytes");
}

async function checkIdentity(input: Buffer): Promise<void> {
  const outcome = await outcomeOf(() => decryptWith(Sensitive.of(input), Buffer.from("age-encryption.org/v1\n")));
  holds(outcome.kind === "refused", "nothing opens");
}

async function checkWrap(input: Buffer): Promise<void> {
  const identity = Sensitive.of("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ");
  const outcome = await outcomeOf(() => decryptWith(identity, input));
  holds(outcome.kind === "refused", "nothing opens");
}

async function checkKdf(input: Buffer): Promise<void> {
  const kdf = parseKdf(input.toString("utf8"));
  // more would take its time, as it should
  if (kdf === undefined || (kdf.n > 1024 && kdf.n <= 2 ** 20)) return;
  await outcomeOf(() => kekFromPassphrase(Sensitive.of("a passphrase"), kdf));
}

async function checkKeyFile(folder: string, input: Buffer): Promise<void> {
  const path = join(folder, "key");
  writeFileSync(path, input, { mode: 0o600 });
  const outcome = await outcomeOf(() => loadKek({ kind: "file", path }));
  holds(outcome.kind === "read" || outcome.error.code === "KEY_MISSING", "it is a key or none");
}

function checkHead(input: Buffer): void {
  const text = input.toString("utf8");
  const parsed = parseHead(text);
  if (parsed !== undefined) holds(`${parsed.size}:${parsed.root}` === text, "a head is written as it was read");
}

function checkCheckpoint(input: Buffer): void {
  const text = input.toString("utf8");
  const opened = openCheckpoint(text, verifier);
  if (opened !== undefined)
    holds(JSON.stringify(opened.head) === JSON.stringify(head), "only the signed head is opened");
  openCheckpoint(note, text.trim());
}

async function checkLog(input: Buffer): Promise<void> {
  const read = input.toString("utf8").split("\n").flatMap(entryFrom);
  const verdict = await verifyLog(read, head);
  if (verdict.kind === "broken")
    return holds(verdict.seq >= 1 && verdict.seq <= log.length + 1, "the entry that is named is one");
  holds(JSON.stringify(read) === JSON.stringify(log), "only the log itself is sound");
}

/** As the store reads a row: every field has its type. */
function entryFrom(line: string): readonly AuditEntry[] {
  try {
    const { seq, at, actor, action, environment, subject, detail, leaf } = JSON.parse(line) as AuditEntry;
    const whole =
      typeof seq === "number" &&
      typeof at === "number" &&
      [actor.name, action, subject, leaf].every((text) => typeof text === "string");
    if (!whole || typeof detail !== "object" || detail === null) return [];
    return [
      {
        seq,
        at,
        actor: { name: actor.name },
        action,
        ...(typeof environment === "string" ? { environment } : {}),
        subject,
        detail,
        leaf,
      },
    ];
  } catch {
    return [];
  }
}

function checkProof(input: Buffer): void {
  const proof = listFrom(input.toString("utf8"));
  const included = verifyInclusion(leaves[2] ?? "", 2, head, proof);
  holds(!included || JSON.stringify(proof) === JSON.stringify(inclusionProof(leaves, 2)), "one proof alone includes");
  const older = { size: 3, root: rootOf(leaves.slice(0, 3)) };
  const consistent = verifyConsistency(older, head, proof);
  holds(
    !consistent || JSON.stringify(proof) === JSON.stringify(consistencyProof(leaves, 3)),
    "one proof alone is consistent",
  );
}

function listFrom(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}
