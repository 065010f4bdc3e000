import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyturnIn } from "./keyturn.ts";

const planted = "mongodb://app:planted-value-7319@db/shop";
const encoded = Buffer.from("planted-value-7319").toString("base64");

test("a value set from standard input is told by version, fingerprint and next step", async () => {
  const { keyturn } = await keyturnIn();
  const { code, out, err } = await keyturn("set MONGO_URI", { input: `${planted}\n` });
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(
    /^MONGO_URI v1 stored {2}[0-9a-f]{16} {2}secret, everywhere\nnext: keyturn grant api MONGO_URI\n$/,
  );
  const granted = await keyturn("set MONGO_URI --grant", { input: planted });
  expect(granted.out).toMatch(/^MONGO_URI v1 unchanged .*\ngoes to api\nnext: keyturn plan\n$/);
});

test.each([
  "set MONGO_URI planted-value-7319",
  "set MONGO_URI=planted-value-7319",
  "set MONGO_URI -planted-value-7319",
  "import MONGO_URI=planted-value-7319",
])("`%s` is refused with the way to do it, and the value is not repeated", async (words) => {
  const { keyturn } = await keyturnIn();
  const { code, out, err } = await keyturn(words, { input: "other" });
  expect([code, out]).toEqual([64, ""]);
  expect(err).toContain("a value never comes as an argument");
  expect(err).toContain("keyturn set NAME < FILE");
  expect(err).not.toContain("planted");
});

test("a value that does not fit is refused with its place in the contract", async () => {
  const { keyturn } = await keyturnIn();
  const { code, err } = await keyturn("set MONGO_URI", { input: "postgres://planted-value-7319" });
  expect(code).toBe(65);
  expect(err).toBe(
    "api/.env.example:5:1: error: MONGO_URI is no URL that begins with mongodb, as api declares it\n" +
      "keyturn: error: this value of MONGO_URI does not fit, nothing was stored\n" +
      "keyturn: hint: give a value that fits, or change the contract\n",
  );
});

test("a planted value is in no output of any command but reveal, render and eject's files", async () => {
  const { keyturn } = await keyturnIn();
  await keyturn("set MONGO_URI --grant", { input: planted });
  await keyturn("generate --missing --grant");
  const calls = ["list", "history MONGO_URI", "who MONGO_URI", "explain MONGO_URI", "grant", "grant --missing --yes"];
  calls.push(
    "import env",
    "plan",
    "render api --dialect node --output o.env",
    "eject out --yes",
    "render api --dialect x",
  );
  for (const words of calls) {
    for (const form of [words, `${words} --json --yes`]) {
      const { out, err } = await keyturn(form, { variables: { MONGO_URI: planted } });
      expect(`${out}${err}`, form).not.toBe("");
      expect(`${out}${err}`, form).not.toContain("planted");
      expect(`${out}${err}`, form).not.toContain(encoded);
    }
  }
});

test("reveal into a pipe wants --yes, and is byte for byte then", async () => {
  const { keyturn } = await keyturnIn();
  await keyturn("set MONGO_URI", { input: planted });
  const refused = await keyturn("reveal MONGO_URI");
  expect([refused.code, refused.out]).toEqual([64, ""]);
  expect(await keyturn("reveal MONGO_URI --yes")).toEqual({ code: 0, out: planted, err: "" });
});

test("an empty store says what comes next", async () => {
  const { keyturn } = await keyturnIn();
  const { code, out } = await keyturn("list");
  expect(code).toBe(0);
  expect(out).toBe("no values yet\nnext: keyturn generate --missing, then keyturn set NAME or keyturn import FILE\n");
  expect((await keyturn("grant")).out).toMatch(/^no grants yet\n\nasked for without a grant:\n/);
});

test("grants that are missing are shown and given after a question; without a terminal it wants --yes", async () => {
  const { keyturn } = await keyturnIn();
  const asked = await keyturn("grant --missing");
  expect(asked.code).toBe(64);
  expect(asked.err).toContain("no terminal to ask on");
  expect((await keyturn("grant --missing --yes")).out).toContain("web SHARED_SECRET given\n");
  expect((await keyturn("grant --missing --yes")).err).toBe("every wish of the contracts is granted\n");
});

test("a whole .env is taken over, what is refused is told by name", async () => {
  const { keyturn } = await keyturnIn();
  const { code, out } = await keyturn("import -", { input: `MONGO_URI="${planted}"\nSHARED_SECRET=change-me\nX=1\n` });
  expect(code).toBe(2);
  expect(out).toBe(
    "MONGO_URI      v1  stored   no grant: api\n" +
      "SHARED_SECRET      refused  is a placeholder, not a value, as api declares it\n" +
      "in no contract, left alone: X\n" +
      "next: keyturn grant --missing\n",
  );
});

test("a rendered file is 0600, and is replaced only after a question", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("generate --missing --grant");
  const first = await keyturn("render web --dialect systemd --output web.env");
  expect(first.out).toBe(`3 variables of web@here for systemd in ${join(folder, "web.env")} (0600)\n`);
  expect((await stat(join(folder, "web.env"))).mode & 0o777).toBe(0o600);
  expect((await keyturn("render web --dialect systemd --output web.env")).code).toBe(64);
  expect((await keyturn("render web --dialect systemd --output web.env --yes")).code).toBe(0);
});
