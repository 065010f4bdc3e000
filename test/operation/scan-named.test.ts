import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readContract } from "#contract";
import { buildNeedles, matcherOf, scanStream, searchBytes, type Found } from "#leak";
import { scan, type ScanResult } from "#operation";
import { knownFormats } from "../../src/operation/scan/format/known-formats.ts";
import { placeCounts } from "../../src/operation/scan/format/place-counts.ts";
import { makeProject, put } from "./make-context.ts";

/** Nobody's, and the same at each run. */
let turn = 0;
const hex = (length: number) =>
  createHash("sha512")
    .update(`named ${(turn += 1)}`)
    .digest("hex")
    .slice(0, length);
const base62 = (length: number) => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = createHash("sha512")
    .update(`letters ${(turn += 1)}`)
    .digest();
  return Array.from(bytes.subarray(0, length), (byte) => letters[byte % 62]).join("");
};
/** As Amazon makes them. */
const amazon = () => ["AKIA", "Q3EGKJ7LWXP5ZT2M"].join("");

function told(text: string, own: readonly string[] = [], shown: readonly string[] = []): readonly string[] {
  const formats = knownFormats({ now: 0, names: { secret: own, shown } });
  const found = searchBytes(matcherOf(buildNeedles([], formats), formats), "f", Buffer.from(text));
  return found.map(textOf);
}

function textOf(one: Found): string {
  return `${"format" in one ? one.format : one.name} ${one.line}:${one.column}`;
}

test.each([
  ["deepgram API key", "DEEPGRAM_API_KEY", () => hex(40)],
  ["soniox API key", "SONIOX_API_KEY", () => hex(64)],
  ["assemblyai API key", "ASSEMBLYAI_API_KEY", () => hex(32)],
  ["elevenlabs API key", "ELEVENLABS_API_KEY", () => hex(32)],
  ["azure-openai API key", "AZURE_OPENAI_API_KEY", () => hex(32)],
  ["azure-openai API key", "AZURE_OPENAI_API_KEY", () => base62(60) + base62(24)],
  ["sarvam API key", "SARVAM_API_KEY", () => `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`],
  ["twilio auth token", "TWILIO_AUTH_TOKEN", () => hex(32)],
  ["twilio-api-key API key secret", "TWILIO_API_KEY_SECRET", () => base62(32)],
  ["livekit API secret", "LIVEKIT_API_SECRET", () => base62(43)],
  ["s3 secret access key", "AWS_SECRET_ACCESS_KEY", () => base62(40)],
])("a %s is told by the name before it, however that is written: %s", (kind, name, make) => {
  const words = name.toLowerCase().split("_");
  const camel = words.map((word, at) => (at === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join("");
  const [snake, kebab] = [words.join("_"), words.join("-")];
  const value = make();
  for (const text of [
    `${name}=${value}`,
    `export ${name}="${value}" # for now`,
    `docker run -e ${name}=${value} image`,
    `docker run -e "${name}=${value}" image`,
    `ENV ${name} ${value}`,
    `${snake}: "${value}"`,
    `${snake}: ${value}`,
    `${snake} = ${value}`,
    `${kebab}: '${value}'`,
    `{"${camel}":"${value}"}`,
    `{\\"${camel}\\":\\"${value}\\"}`,
    `const ${camel}: string = "${value}";`,
    `os.environ["${name}"] = "${value}"`,
    `process.env.${name} ??= '${value}'`,
    `setenv("${name}", "${value}", 1)`,
    `<${name}>${value}</${name}>`,
    `<add key="${name}" value="${value}"/>`,
    `STAGING_${name}=${value}`,
    `${name}_PREVIOUS=${value}`,
    `- name: ${name}\n  value: "${value}"`,
  ]) {
    const before = text.slice(0, text.indexOf(value));
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    expect([text, ...told(text)]).toEqual([text, `${kind}, by its place ${line}:${column}`]);
  }
});

test("a key in a call of its vendor's API is told by the header and the address near it", () => {
  const [key40, key32, key64] = [hex(40), hex(32), hex(64)];
  const calls: Readonly<Record<string, string>> = {
    [`curl -H "Authorization: Token ${key40}" \\\n  https://api.deepgram.com/v1/listen`]: "deepgram API key",
    [`fetch("https://api.deepgram.com/v1/listen", {\n  headers: { Authorization: "Token ${key40}" }`]:
      "deepgram API key",
    [`url = "https://api.soniox.com/v1/models"\nheaders = {"authorization": "Bearer ${key64}"}`]: "soniox API key",
    [`POST /v2/transcript\nHost: api.assemblyai.com\nauthorization: ${key32}`]: "assemblyai API key",
    [`headers: {"xi-api-key": "${key32}"}`]: "elevenlabs API key",
    [`curl https://acme.openai.azure.com/openai/models -H "api-key: ${key32}"`]: "azure-openai API key",
    [`curl -u AC${hex(32)}:${key32} https://api.twilio.com/2010-04-01/Accounts.json`]: "twilio auth token",
    [`curl https://api.twilio.com/2010-04-01/Accounts.json \\\n  -u AC${hex(32)}:${key32}`]: "twilio auth token",
  };
  for (const [text, kind] of Object.entries(calls)) {
    const value = [key40, key64, key32].find((one) => text.includes(one)) ?? "";
    const before = text.slice(0, text.indexOf(value));
    const place = `${before.split("\n").length}:${before.length - before.lastIndexOf("\n")}`;
    expect([text, ...told(text)]).toEqual([text, `${kind}, by its place ${place}`]);
  }
  for (const text of [
    `curl -H "Authorization: Token ${key40}" https://api.acme.io/v1`,
    `curl -H "Authorization: Bearer ${key40}" https://api.deepgram.com/v1`,
    `curl -H "Authorization: Token $DEEPGRAM_API_KEY" https://api.deepgram.com/v1`,
    `AC${hex(32)}:${key32}`,
  ]) {
    expect([text, ...told(text)]).toEqual([text]);
  }
});

test("an access key of Amazon counts with its secret beside it, and not without", () => {
  const secret = "q8Zk9wQ7xT2vB5mR8cD1/Lp3+sN6hJ4gF0aYe7Ui";
  expect(told(`[default]\naws_access_key_id = ${amazon()}\naws_secret_access_key = ${secret}\n`)).toEqual([
    "s3 access key and its secret 2:21",
    "s3 secret access key, by its place 3:25",
  ]);
  expect(told(`${amazon()}:${secret}`)).toEqual(["s3 access key and its secret 1:1"]);
  for (const text of [amazon(), `${amazon()} ${hex(40)}`, `AKIAIOSFODNN7EXAMPLE ${secret}`, `${amazon()} ${secret}a`]) {
    expect([text, ...told(text)]).toEqual([text]);
  }
});

test("a value for a secret variable of the platform counts, one that stands for another does not", () => {
  const own = ["JWT_SECRET", "OPERATOR_PASSWORD"];
  expect(told("JWT_SECRET=k7#pQ2wz", own)).toEqual(["value for JWT_SECRET 1:12"]);
  expect(told('"OPERATOR_PASSWORD": "Tr0ub4dor9"', own)).toEqual(["value for OPERATOR_PASSWORD 1:23"]);
  expect(told("JWT_SECRET_PREVIOUS=k7#pQ2wz", own)).toEqual(["value for JWT_SECRET_PREVIOUS 1:21"]);
  expect(told(`jwtSecret: "${base62(32)}"`, own)).toEqual(["value for JWT_SECRET 1:13"]);
  const nothing = [
    "JWT_SECRET=change-me-9",
    "JWT_SECRET=your-secret-here-1",
    "JWT_SECRET=${SECRET_9}",
    "JWT_SECRET=$(openssl rand -hex 32)",
    "JWT_SECRET={{ vault_jwt9 }}",
    "JWT_SECRET=<a-secret-9>",
    "JWT_SECRET=********",
    "JWT_SECRET=secret123",
    "JWT_SECRET=dev-secret-2024",
    "JWT_SECRET=super-secret-token-with-at-least-32-characters",
    "JWT_SECRET=",
    "JWT_SECRET=Ab1",
    `OTHER_JWT_SECRET=${base62(32)}`,
    `JWT_SECRETS=${base62(32)}`,
    `JWT_SECRET_HASH=${hex(64)}`,
    "const secret = process.env.JWT_SECRET",
    "JWT_SECRET = process.env.JWT_SECRET2",
    'JWT_SECRET: z.string().min(32, "JWT_SECRET must have 32 characters")',
    'const names = ["JWT_SECRET", "OPERATOR_PASSWORD"]',
    "JWT_SECRET: string;",
    "jwtSecret: config.jwtSecret2,",
    'jwtSecret: "settings.jwt.v2"',
    "JWT_SECRET=file:///run/secrets/jwt9",
    "JWT_SECRET=postgres://app:Pw9x-12ab@localhost/app",
  ];
  for (const text of nothing) expect([text, ...told(text, own)]).toEqual([text]);
});

test("placeholders, examples and what only has the length are no vendor's keys", () => {
  for (const value of [
    "0123456789abcdef0123456789abcdef01234567",
    "a".repeat(40),
    "abababababababababababababababababababab",
    "1111111111111111111122222222222222222222",
    "thisisnotarealkeybutithasfortycharacters",
    hex(39),
    hex(42),
    `${hex(40)}.${hex(10)}`,
    hex(40).toUpperCase(),
  ]) {
    for (const text of [`DEEPGRAM_API_KEY=${value}`, `deepgramApiKey: "${value}"`]) {
      expect([text, ...told(text)]).toEqual([text]);
    }
  }
  const key = hex(40);
  for (const text of [
    `sha1: ${key}`,
    `DEEPGRAM_API_KEY_SHA1=${key}`,
    `NOT_DEEPGRAM_API_KEYS=${key}`,
    `"DEEPGRAM_API_KEY" ${key}`,
  ])
    expect([text, ...told(text)]).toEqual([text]);
  // a variable that the contracts call public
  expect(told(`DEEPGRAM_API_KEY=${key}`, [], ["DEEPGRAM_API_KEY"])).toEqual([]);
});

const contract =
  "# @sensitive\nJWT_SECRET=\n# @sensitive\nOPENAI_API_KEY=\n# @sensitive\nVAULT_URI=\n# @sensitive @derive=jwt(JWT_SECRET, role=service_role, iss=supabase)\nDEVICE_KEY=\n";

async function ready() {
  const { folder, context } = await makeProject();
  writeFileSync(join(folder, "api/.env.example"), readFileSync(join(folder, "api/.env.example"), "utf8") + contract);
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const look = () => scan(context, { target: { kind: "tree", folder, paths: ["in"] } });
  return { context, write, look };
}

const places = ({ credentials }: ScanResult) =>
  credentials.map(({ format, path, line, column }) => `${format} ${path}:${line}:${column}`);

test("the names come from the contracts; a value of the store, and what another format tells, is told once", async () => {
  const { context, write, look } = await ready();
  const stored = base62(32);
  await put(context, "JWT_SECRET", stored);
  write(
    "in/a.env",
    `JWT_SECRET=${stored}\nOPENAI_API_KEY=sk-proj-${base62(60)}\nVAULT_URI=https://app:${base62(12)}-9a@db.acme.io/x\n`,
  );
  write("in/b.env", `JWT_SECRET=${base62(32)}\nDEVICE_KEY=${base62(32)}\nUNKNOWN_SECRET=${base62(32)}\n`);
  const result = await look();
  expect(result.findings.map(({ name, path }) => `${name} ${path}`)).toEqual(["JWT_SECRET in/a.env"]);
  expect(places(result)).toEqual([
    "openai API key in/a.env:2:16",
    "url-password in/a.env:3:11",
    "value for JWT_SECRET in/b.env:1:12",
  ]);
  expect(inspect(result, { depth: 9 })).not.toContain(stored);
});

test("beside a name only what lies among one's own files counts", async () => {
  const { write, look } = await ready();
  const text = `DEEPGRAM_API_KEY=${hex(40)}\nJWT_SECRET=${base62(32)}\n`;
  for (const path of ["test/a.env", "node_modules/x/a.env", "docs/a.md", "a.test.ts", "yarn.lock"])
    write(`in/${path}`, text);
  write("in/app/.env.example", text);
  write("in/app/run.sh", text);
  expect(places(await look())).toEqual([
    "deepgram API key, by its place in/app/.env.example:1:18",
    "deepgram API key, by its place in/app/run.sh:1:18",
    "value for JWT_SECRET in/app/run.sh:2:12",
  ]);
});

test("what is told of a stream does not depend on how its bytes were cut", () => {
  const formats = knownFormats({ now: 0, names: { secret: ["JWT_SECRET"], shown: [] } });
  const matcher = matcherOf(buildNeedles([], formats), formats);
  const parts = [
    `DEEPGRAM_API_KEY=${hex(40)}\n`,
    `ä "jwtSecret": "${base62(32)}"\n`,
    `- name: JWT_SECRET\n  value: ${base62(32)}\n`,
    `curl https://api.deepgram.com \\\n -H "Authorization: Token ${hex(40)}"\n`,
    `${amazon()}\nq8Zk9wQ7xT2vB5mR8cD1/Lp3+sN6hJ4gF0aYe7Ui\n`,
    "ä ".repeat(200),
  ];
  const chosen = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 8 });
  const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(chosen, lengths, (texts, cuts) => {
      const bytes = Buffer.from(texts.join(""));
      const stream = scanStream(matcher, "f");
      const found: Found[] = [];
      for (let at = 0, round = 0; at < bytes.byteLength; round += 1) {
        const length = cuts[round % cuts.length] ?? 1;
        found.push(...stream.write(bytes.subarray(at, at + length)));
        at += length;
      }
      found.push(...stream.end());
      const sorted = (all: readonly Found[]) => all.map(textOf).toSorted();
      expect(sorted(found)).toEqual(sorted(searchBytes(matcher, "f", bytes)));
    }),
    { numRuns: 60 },
  );
});

const ownFiles = ["src", "test", "docs", "examples", "sdk/src", "lab", "bench", "scripts", "console/src"];

test("in this repository, and in examples of others, nothing is told by its place", () => {
  const root = join(import.meta.dirname, "../..");
  const collected = join(root, "../../shared/corpus/env-examples");
  const files = ownFiles.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.length).toBeGreaterThan(1000);
  if (existsSync(collected)) files.push(...readdirSync(collected).map((name) => join(collected, name)));
  const names = files
    .filter((file) => /\.env[^/]*example$/.test(file))
    .flatMap((file) => readContract(readFileSync(file, "utf8"), file).variables.filter(({ sensitive }) => sensitive))
    .map(({ name }) => name);
  expect(names.length).toBeGreaterThan(20);
  const formats = knownFormats({ now: 0, names: { secret: [...new Set(names)], shown: [] } });
  const matcher = matcherOf(buildNeedles([], formats), formats);
  const found = files.flatMap((file) =>
    searchBytes(matcher, file.slice(root.length), readFileSync(file)).map((one) => ({
      path: one.path,
      format: "format" in one ? one.format : "",
    })),
  );
  const counting = found.filter(
    ({ path, format }) => /by its place$|^value for /.test(format) && placeCounts(path, format),
  );
  // a secret that chance made and that every installation of that platform shares: no false alarm
  expect(
    counting.filter(({ path, format }) => !(path.includes("variables.env") && format === "value for SECRET_KEY")),
  ).toEqual([]);
});
