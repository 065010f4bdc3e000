import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { AppError, Sensitive } from "#kernel";
import { means } from "./means.ts";

const first = "vendor-key-that-was-first";
const admin = "the-administrator";

interface Vendor {
  readonly keys: () => readonly string[];
  /** `wrong`: what the command does instead */
  readonly issuer: (wrong?: string, timeout?: number) => Issuer;
}

function openVendor(): Vendor {
  const folder = mkdtempSync(join(tmpdir(), "keyturn-vendor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "keys.json");
  writeFileSync(file, JSON.stringify({ first }));
  const run = [process.execPath, "./vendor.cjs", file];
  return {
    keys: () => Object.values(JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>),
    issuer: (wrong, timeout = 20_000) =>
      issuerFor(
        {
          kind: "command",
          run: wrong === undefined ? run : [...run, wrong],
          values: ["VENDOR_ADMIN"],
          overlap: true,
          timeout,
        },
        { ...means, value: async () => Sensitive.of(admin) },
      ),
  };
}

const intent: Intent = {
  id: "rot_1",
  name: "VENDOR_KEY",
  present: Sensitive.of(first),
  draft: Sensitive.of("unused"),
  compromised: false,
};

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error("it did not fail");
  for (const value of [first, admin]) expect(JSON.stringify([error.message, error.findings])).not.toContain(value);
  return error;
}

describe("a command of one's own", () => {
  test("gets its order and every value on standard input, and makes the same for the same intent", async () => {
    const { issuer, keys } = openVendor();
    const made = await issuer().make(intent);
    const again = await issuer().make(intent);
    expect(made.value.equals(again.value)).toBe(true);
    expect(keys()).toEqual([first, made.value.reveal().toString()]);
    await issuer().revoke({ ...intent, made: made.value }, "old");
    expect(keys()).toEqual([made.value.reveal().toString()]);
  });

  test("is refused where it says more than the value, which ends with its line", async () => {
    const { issuer } = openVendor();
    const chatty = await failureOf(issuer("chatty").make(intent));
    expect(chatty).toMatchObject({ code: "ISSUER_REFUSED", message: expect.stringContaining("more than one line") });
    const made = await issuer("windows").make({ ...intent, id: "rot_2" });
    expect(made.value.reveal().toString()).toMatch(/^vendor-key-of-rot_2-[a-z0-9]+$/);
  });

  test("revokes the new value by its id where nobody knows the value", async () => {
    const { issuer, keys } = openVendor();
    await issuer().make(intent);
    await issuer().revoke(intent, "new");
    expect(keys()).toEqual([first]);
  });

  test.each([
    ["busy", "ISSUER_UNREACHABLE", "can't do it now (it ended with 75)"],
    ["broken", "ISSUER_REFUSED", "ended with 4"],
    ["silent", "ISSUER_REFUSED", "made no value"],
    ["endless", "ISSUER_REFUSED", "wrote more than any value is long"],
  ])("that is %s is told without a value", async (wrong, code, text) => {
    const { issuer } = openVendor();
    const error = await failureOf(issuer(wrong).make(intent));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
    if (wrong === "endless") return;
    expect(error.findings.map(({ message }) => message)).toEqual(["asked with [the value before] and [VENDOR_ADMIN]"]);
  });

  test("that never ends is ended, with what it started", async () => {
    const { issuer } = openVendor();
    const error = await failureOf(issuer("slow", 1500).make(intent));
    expect([error.code, error.message]).toEqual(["ISSUER_UNREACHABLE", expect.stringContaining("did not end in time")]);
  });

  test("that is not there is refused", async () => {
    const entry = { kind: "command", run: ["./nothing"], values: [], overlap: true, timeout: 1000 } as const;
    const issuer = issuerFor(entry, { ...means, value: async () => Sensitive.of(admin) });
    expect((await failureOf(issuer.make(intent))).message).toBe("./nothing can't be started");
  });
});

describe("a command that makes a pair", () => {
  const secrets = { name: "MINIO_SECRET_KEY", companion: "MINIO_ACCESS_KEY" };
  const pairIntent: Intent = {
    ...intent,
    name: secrets.name,
    companion: { name: secrets.companion, present: Sensitive.of("the-first-key") },
  };
  const entry = { kind: "command", values: [], overlap: true, timeout: 20_000 } as const;
  const given = { ...means, value: async () => Sensitive.of("unused") };
  const textOf = (value: Sensitive | undefined) => value?.reveal().toString();

  /** The recipe of docs/rotation.md, over a stand-in for `mc` that keeps its keys in a file. */
  function openMinio() {
    const folder = mkdtempSync(join(tmpdir(), "keyturn-minio-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const page = readFileSync(join(import.meta.dirname, "../../docs/rotation.md"), "utf8");
    const recipe = /```js\n([^]*?)```/.exec(page)?.[1] ?? "";
    const file = join(folder, "keys.json");
    writeFileSync(file, JSON.stringify({ "the-first-key": first }));
    writeFileSync(join(folder, "recipe.mjs"), recipe);
    const mc = readFileSync(join(import.meta.dirname, "mc.cjs"), "utf8");
    writeFileSync(join(folder, "mc"), `#!${process.execPath}\n${mc.replaceAll("KEYS_FILE", JSON.stringify(file))}`, {
      mode: 0o755,
    });
    const variables = { ...means.variables, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const run = [process.execPath, join(folder, "recipe.mjs")];
    return {
      issuer: issuerFor({ ...entry, run }, { ...given, variables }),
      keys: () => JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>,
    };
  }

  test("answers with one document of both, and revokes by the key: the recipe for MinIO", async () => {
    const { issuer, keys } = openMinio();
    const made = await issuer.make(pairIntent);
    expect(keys()).toEqual({ "the-first-key": first, [textOf(made.companion) ?? ""]: textOf(made.value) });
    // an answer that was lost: the same key, with another secret
    const again = await issuer.make(pairIntent);
    expect(textOf(again.companion)).toBe(textOf(made.companion));
    expect(keys()).toEqual({ "the-first-key": first, [textOf(again.companion) ?? ""]: textOf(again.value) });
    const { value, companion = value } = again;
    const known = { ...pairIntent, made: value, companion: { ...pairIntent.companion, made: companion } } as Intent;
    for (const _ of [1, 2]) await issuer.revoke(known, "old");
    expect(Object.keys(keys())).toEqual([textOf(companion)]);
    for (const _ of [1, 2]) await issuer.revoke(pairIntent, "new");
    expect(keys()).toEqual({});
  });

  test.each([
    ["a-word", "no document"],
    ['{"MINIO_SECRET_KEY":"planted-secret-of-nobody"}', "one half"],
    ['{"MINIO_SECRET_KEY":"planted-secret-of-nobody","MINIO_ACCESS_KEY":""}', "an empty half"],
    ['{"MINIO_SECRET_KEY":"planted-secret-of-nobody","MINIO_ACCESS_KEY":"k","more":1}', "more than both"],
    ["[1]", "a list"],
  ])("is refused with %s: %s", async (output) => {
    const script = `console.log(${JSON.stringify(output)}); console.error("made planted-secret-of-nobody")`;
    const issuer = issuerFor({ ...entry, run: [process.execPath, "-e", script] }, given);
    const error = await failureOf(issuer.make(pairIntent));
    expect([error.code, error.message]).toEqual([
      "ISSUER_REFUSED",
      expect.stringContaining(
        'made no pair: expected one JSON document, {"MINIO_SECRET_KEY":"…","MINIO_ACCESS_KEY":"…"}',
      ),
    ]);
    if (output.startsWith("{")) expect(JSON.stringify(error.findings)).not.toContain("planted-secret-of-nobody");
  });
});
