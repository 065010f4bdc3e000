import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { writeProject } from "../operation/make-context.ts";
import { keyturnAt, keyturnIn } from "./keyturn.ts";

const long = { timeout: 90_000 };
const random = (seed: string) => createHash("sha256").update(seed).digest("hex");
const google = (seed: string) => `AIza${random(seed).slice(0, 35)}`;
const url = (seed: string) => `redis://app:Xy-${random(seed).slice(0, 10)}@cache.acme.io`;

async function ready() {
  const made = await keyturnIn();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(made.folder, path)), { recursive: true });
    writeFileSync(join(made.folder, path), text);
  };
  const list = join(made.folder, "keyturn.accepted.yaml");
  return { ...made, write, list };
}

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600_000).toISOString().slice(0, 10);

test(
  "a credential that the store does not have is told by its format; text, JSON, SARIF, and left out when told so",
  long,
  async () => {
    const { keyturn, write } = await ready();
    write("src/a.ts", `const key = "${google("a")}";\n`);
    const told = await keyturn("scan src");
    expect(told).toEqual({
      code: 2,
      err: "",
      out: `google API key, not in the store
  → exchange it where it was made, then take it out; one that may stand: keyturn scan --accept
  src/a.ts:1:14
found: 1 credential that the store does not have; 1 file, 55 bytes, known formats alone
`,
    });
    const json = await keyturn("scan src --json");
    expect(JSON.parse(json.out)).toMatchObject({
      findings: [],
      accepted: 0,
      credentials: [
        { format: "google API key", path: "src/a.ts", line: 1, column: 14, offset: 13, listed: "src/a.ts" },
      ],
    });
    const sarif = await keyturn("scan src --sarif");
    expect(JSON.parse(sarif.out)).toMatchObject({
      runs: [
        {
          results: [
            {
              ruleId: "known-credential",
              message: { text: "google API key, not in the store" },
              locations: [{ physicalLocation: { artifactLocation: { uri: "src/a.ts" }, region: { startLine: 1 } } }],
            },
          ],
        },
      ],
    });
    for (const { out } of [told, json, sarif]) expect(out).not.toContain(google("a").slice(4));
    expect(await keyturn("scan src --values-only")).toMatchObject({ code: 0 });
    expect(await keyturn("scan src --values-only --formats-only")).toMatchObject({ code: 64 });
  },
);

test("what is accepted stands until its day, with its reason, and counts again behind it", long, async () => {
  const { keyturn, folder, write, list } = await ready();
  write("src/a.ts", `"${google("a")}" "${url("b")}"`);
  expect(await keyturn("scan src --accept")).toMatchObject({ code: 64, err: expect.stringContaining("--reason") });
  for (const day of ["soon", "2020-01-31", inDays(400)]) {
    const refused = await keyturn(`scan src --accept --reason why --until ${day}`);
    expect([day, refused.code]).toEqual([day, 64]);
  }
  expect(existsSync(list)).toBe(false);
  const until = inDays(30);
  const accepted = await keyturn(`scan src --accept --reason a|browser's|key --until ${until}`);
  expect(accepted).toMatchObject({ code: 0, out: expect.stringContaining(`accepted: ${list}\n  src/a.ts  `) });
  const text = readFileSync(list, "utf8");
  expect(text).toContain("reason: a browser's key");
  // nothing of a value, and of what somebody may have thought up nothing that it could be tried against
  for (const part of [google("a"), random("a").slice(0, 12), random("b").slice(0, 10)])
    expect(text).not.toContain(part);
  expect(text.match(/tag:/g)).toHaveLength(1);
  expect(text).toMatch(/format: url-password\n {2}path: src\/a\.ts\n {2}places: 1\n/);
  expect(await keyturn("scan src")).toMatchObject({ code: 0, out: expect.stringContaining(", 2 accepted\n") });
  // from another folder, and on another line
  write("src/a.ts", `\n\n"${google("a")}" "${url("b")}"`);
  expect(await keyturnAt(join(folder, "src"))("scan")).toMatchObject({ code: 0 });
  // another key in the same place is another finding, and so is one URL more
  write("src/a.ts", `"${google("c")}" "${url("b")}"\n"${url("d")}"`);
  const others = await keyturn("scan src");
  expect(others).toMatchObject({ code: 2, out: expect.stringContaining("found: 3 credentials") });
  write("src/a.ts", `"${google("a")}"`);
  writeFileSync(list, text.replaceAll(until, "2026-01-31"));
  expect(await keyturn("scan src")).toMatchObject({
    code: 2,
    out: expect.stringContaining("src/a.ts:1:2  accepted until 2026-01-31, which is over: a browser's key\n"),
  });
  await keyturn(`scan src --accept --reason again --until ${until}`);
  expect(await keyturn("scan src")).toMatchObject({ code: 0 });
});

test("a list that can't be used accepts nothing, and says where", long, async () => {
  const { keyturn, write, list } = await ready();
  write("src/a.ts", google("a"));
  for (const [text, why] of [
    ["a: [", "is no YAML"],
    ["a: 1\n", "it is no list"],
    ["- format: x\n  path: y\n  tag: z\n  until: 2027-01-31\n", "entry 1 has no reason"],
    ["- format: x\n  path: y\n  tag: z\n  reason: r\n", "entry 1 has no last day"],
  ] as const) {
    writeFileSync(list, text);
    expect(await keyturn("scan src")).toMatchObject({ code: 66, err: expect.stringContaining(why) });
  }
});

test("formats alone need no store; a value of the store is never accepted", long, async () => {
  const folder = await writeProject({ "a.ts": google("a") });
  expect(await keyturnAt(folder)("scan --formats-only")).toMatchObject({ code: 2 });
  expect(await keyturnAt(folder)("scan")).toMatchObject({ code: 66 });
  const variables = { KEYTURN_URL: "https://keyturn.example.com" };
  expect(await keyturnAt(folder)("scan --formats-only", { variables })).toMatchObject({ code: 2 });
  expect(await keyturnAt(folder)("scan", { variables })).toMatchObject({ code: 69 });
  const { keyturn, write, list } = await ready();
  await keyturn("set SHARED_SECRET", { input: "planted-value-7319" });
  write("src/a.ts", `planted-value-7319 ${google("a")}`);
  expect(await keyturn(`scan src --accept --reason why --until ${inDays(3)}`)).toMatchObject({ code: 2 });
  expect(readFileSync(list, "utf8").match(/format:/g)).toHaveLength(1);
  expect(await keyturn("scan src")).toMatchObject({ code: 2, out: expect.stringMatching(/^SHARED_SECRET v1/) });
});
