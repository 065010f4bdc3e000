import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { newToken } from "#access";
import { scan, type ScanResult } from "#operation";
import { makeProject, put, shop } from "./make-context.ts";

/** Nobody's, and the same at each run. */
let turn = 0;
const bytes = (length: number) => {
  turn += 1;
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash("sha256").update(`${turn} ${at}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, length);
};
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const base62 = (length: number) => Array.from(bytes(length), (byte) => letters[byte % 62]).join("");
const hex = (length: number) => bytes(length / 2).toString("hex");
const pem = () =>
  generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
const rsa = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 1024,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: unknown, header: unknown = { alg: "HS256", typ: "JWT" }) =>
  `${json(header)}.${json(claims)}.${base62(43)}`;

/** One of each format, made anew at each run. */
const made: Readonly<Record<string, () => string>> = {
  "openai API key": () => `sk-proj-${base62(120)}`,
  "openai older API key": () => `sk-${base62(20)}T3BlbkFJ${base62(20)}`,
  "anthropic API key": () => `sk-ant-api03-${base62(93)}AA`,
  "openrouter API key": () => `sk-or-v1-${hex(64)}`,
  "google API key": () => `AIza${base62(35)}`,
  "groq API key": () => `gsk_${base62(52)}`,
  "elevenlabs API key": () => `sk_${hex(48)}`,
  "cartesia API key": () => `sk_car_${base62(22)}`,
  "grafana service account token": () => `glsa_${base62(32)}_${hex(8)}`,
  "supabase secret key": () => `sb_secret_${base62(31)}`,
  "supabase access token of the management API": () => `sbp_${hex(40)}`,
  "sentry auth token": () => `sntryu_${hex(64)}`,
  "keyturn token": () => newToken().reveal().toString("utf8"),
  "private-key": () => rsa(),
  "json-web-token": () => jwt({ sub: "svc", role: "service_role", exp: 4_000_000_000 }),
  "url-password": () => `postgres://app:${base62(12)}-9a@db.internal.net:5432/shop`,
};

async function ready(files = shop) {
  const { folder, context } = await makeProject(files);
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const look = (...paths: readonly string[]) =>
    scan(context, { target: { kind: "tree", folder, paths: paths.length === 0 ? ["in"] : paths } });
  return { folder, context, write, look };
}

const told = ({ credentials }: ScanResult) =>
  credentials.map(({ format, path, line, column }) => `${format} ${path}:${line}:${column}`);

test("each format is found where code and configuration write it, and nothing of it is told", async () => {
  const { write, look } = await ready();
  for (const [name, make] of Object.entries(made)) {
    const value = make();
    write(`in/${name}/a.ts`, `// one\nconst key = "${value.replaceAll("\n", "\\n")}";\n`);
    write(`in/${name}/b.env`, `KEY=${value}\n`);
    write(`in/${name}/c.log`, `${"x\n".repeat(3000)}got ${value}`);
    write(`in/${name}/d.gz`, gzipSync(`{"key":"${value.replaceAll("\n", "\\n")}"}`));
    const result = await look(`in/${name}`);
    expect(told(result)).toEqual([
      `${name} in/${name}/a.ts:2:14`,
      `${name} in/${name}/b.env:1:5`,
      `${name} in/${name}/c.log:3001:5`,
      `${name} in/${name}/d.gz:1:9`,
    ]);
    expect(inspect(result, { depth: 9 })).not.toContain(value.slice(-20).trim());
    expect(result.findings).toEqual([]);
  }
});

test("what only looks like one is none", async () => {
  const { write, look } = await ready();
  const key = () => base62(35);
  const nothing: Readonly<Record<string, string>> = {
    "a longer word": `myAIza${key()} AIza${key()}more sk_${hex(50)}`,
    "too short": `AIza${base62(30)} gsk_${base62(40)} sk-proj-abc`,
    "made by a person": `sk-proj-${"your-key-here-".repeat(4)} gsk_${"x".repeat(52)} AIzaSy${"EXAMPLE".repeat(5)} sk_${"0a1b".repeat(12)}`,
    "a header without a key": `-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\nif (x.startsWith("-----BEGIN RSA PRIVATE KEY-----"))`,
    "a key behind a passphrase": `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${hex(32)}\n\n${base62(64)}\n${base62(64)}\n`,
    "a token that ended": jwt({ exp: 1_500_000_000 }),
    "a token of documentation": jwt({ sub: "1234567890", name: "John Doe", iat: 1_516_239_022 }),
    "a token for browsers": jwt({ role: "anon", exp: 4_000_000_000 }),
    "a token that nobody signed": `${json({ alg: "none" })}.${json({ sub: "a" })}.${base62(30)}`,
    "URLs for one's own machine":
      "postgres://app:hunter2!Xy9@localhost/app redis://:s3cr3t-Xy9z@127.0.0.1 amqp://guest:guest-9876@rabbit",
    "URLs that are filled in":
      "postgres://app:${PASSWORD_1}@db.acme.io/x mongodb://u:<Password9>@db.acme.io mysql://u:%s9A-----@db.acme.io",
    "URLs with placeholders":
      "postgres://app:change-me-9@db.acme.io postgres://user:Password123@db.acme.io https://me:your-token-9@git.acme.io",
    "URLs without a password":
      "https://o1.ingest.acme.io/a:b@c ssh://git@git.acme.io:2222/a https://acme.io/@scope/x:y@1.2.3.4",
  };
  for (const [name, text] of Object.entries(nothing)) {
    write("in/f.ts", text);
    expect([name, ...told(await look())]).toEqual([name]);
  }
});

test("lock files, installed code and what tests bring along don't count; a vendor's key in a test does", async () => {
  const { write, look } = await ready();
  const google = `"AIza${base62(35)}"`;
  for (const path of ["package-lock.json", "node_modules/a/b.js", "api/.venv/lib/c.py"]) write(`in/${path}`, google);
  for (const path of ["test/key.pem", "api/__tests__/a.pem", "docs/a.md", "src/b.test.ts"]) write(`in/${path}`, pem());
  write("in/test/live.ts", google);
  write("in/src/key.pem", pem());
  expect(told(await look())).toEqual(["private-key in/src/key.pem:1:1", "google API key in/test/live.ts:1:2"]);
});

test("a public example of a contract doesn't count, one of a secret does", async () => {
  const [shown, leaked] = [`AIza${base62(35)}`, `AIza${base62(35)}`];
  const contract = `# @public\nMAPS_KEY=${shown}\n# @sensitive\nGEMINI_API_KEY=${leaked}\n`;
  const { write, look } = await ready({ ...shop, "web/.env.example": contract });
  write("in/a", `${shown} ${leaked}`);
  expect(told(await look("in", "web"))).toEqual(["google API key in/a:1:41", "google API key web/.env.example:4:16"]);
});

test("a value of the store is told as what it is, and not again as a credential", async () => {
  const { context, write, look } = await ready();
  const url = `mongodb://app:${base62(20)}@db.acme.io/shop`;
  await put(context, "MONGO_URI", url);
  write("in/a", `"${url}" "sk-proj-${base62(60)}"`);
  const result = await look();
  expect(result.findings.map(({ name }) => name)).toEqual(["MONGO_URI"]);
  expect(told(result).map((text) => text.split(" in/")[0])).toEqual(["openai API key"]);
  expect(
    (await scan(context, { wanted: "values", target: { kind: "stream", stream: Readable.from([]) } })).credentials,
  ).toEqual([]);
});

test("what is told of a stream does not depend on how its bytes were cut", async () => {
  const { context } = await ready();
  const names = Object.keys(made);
  const stream = (parts: readonly Buffer[]) =>
    scan(context, { wanted: "formats", target: { kind: "stream", stream: Readable.from(parts) } });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom("\n", ' "', "= ", "\\n", "}{ \n\n")), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 }),
      fc.nat({ max: 6000 }),
      async (parts, lengths, filler) => {
        const text = Buffer.from(
          parts.map(([name, between]) => `${between}${made[name]?.() ?? ""} ${"ä ".repeat(filler / 2)}`).join(""),
        );
        const cut: Buffer[] = [];
        for (let at = 0, turn = 0; at < text.byteLength; turn += 1) {
          const length = lengths[turn % lengths.length] ?? 1;
          cut.push(text.subarray(at, at + length));
          at += length;
        }
        const whole = await stream([text]);
        expect(told(await stream(cut))).toEqual(told(whole));
        expect(whole.credentials.map(({ format }) => format)).toEqual(parts.map(([name]) => name));
      },
    ),
    { numRuns: 40 },
  );
});
