import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import {
  checkValue,
  generateValue,
  isRequired,
  readContract,
  requirementMet,
  type GenerateRule,
  type Variable,
} from "#contract";

function declare(text: string): Variable {
  const [variable] = readContract(text, ".env.example").variables;
  if (variable === undefined) throw new Error("no variable was read");
  return variable;
}

function check(type: string, value: string | Uint8Array): string | undefined {
  return checkValue(declare(`# @type=${type}\nA_KEY=`), Sensitive.of(value));
}

const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;

describe("a value", () => {
  test.each([
    ["string", "anything at all"],
    ["string(minLength=4, maxLength=4)", "äöü€"],
    ["string(pattern=[a-z]+)", "abc"],
    ["url", "mongodb://a,b:27017/x"],
    ["url(schemes=https|wss)", "wss://a.example/s"],
    ["port", "8080"],
    ["integer(min=1, max=9)", "9"],
    ["number", "-0.5e3"],
    ["boolean", "TRUE"],
    ["enum(debug, info)", "info"],
    ["email", "ops@a.example"],
    ["json", '{"a":[1]}'],
    ["pem", pem],
    ["base64", "aGVsbG8="],
    ["hex", "00ff"],
    ["file", "todo"],
    ["enum(todo, done)", "todo"],
    ["string", "*"],
    ["string", "none"],
    ["string", "30 * * * * *"],
  ])("fits %s", (type, value) => {
    expect(check(type, value)).toBeUndefined();
  });

  test.each([
    ["string(minLength=32)", "short", "is shorter than 32 characters"],
    ["string(maxLength=2)", "long", "is longer than 2 characters"],
    ["string(pattern=[a-z]+)", "abc1", "does not match [a-z]+"],
    ["url", "a.example", "is no URL with scheme://"],
    ["url(schemes=https)", "http://a.example", "is no URL that begins with https"],
    ["url", "https://a b", "is no URL with scheme://"],
    ["port", "65536", "is no port from 1 to 65535"],
    ["port", "0", "is no port from 1 to 65535"],
    ["integer(max=9)", "10", "is more than 9"],
    ["integer", "1.5", "is no whole number"],
    ["number", "1,5", "is no number"],
    ["boolean", "maybe", "is neither true nor false"],
    ["enum(debug, info)", "trace", "is none of debug, info"],
    ["email", "ops", "is no e-mail address"],
    ["json", "{a}", "is no JSON"],
    ["pem", pem.replace("MC4C", "AAAA"), "is no key or certificate in PEM form"],
    ["base64", "a b*", "is no base64"],
    ["hex", "abc", "is no hexadecimal text of whole bytes"],
    ["string", "", "is empty"],
    ["string", "change-me", "is a placeholder, not a value"],
    ["string", "sk-****1234", "is a mask, as a page shows it instead of a value"],
    ["string", "••••••••", "is a mask, as a page shows it instead of a value"],
  ])("does not fit %s when it is %j", (type, value, reason) => {
    expect(check(type, value)).toBe(reason);
  });

  test("that is no text fits only where no text is needed", () => {
    const bytes = Uint8Array.from([0xff, 0xfe]);
    expect(check("string", bytes)).toBeUndefined();
    expect(check("json", bytes)).toBe("is not UTF-8 text");
  });

  test("is never in the reason", () => {
    const types = [
      "string(minLength=99)",
      "url",
      "port",
      "integer",
      "number",
      "boolean",
      "email",
      "json",
      "pem",
      "hex",
    ];
    const secret = fc.stringMatching(/^[q-z]{8,20}[!$%]$/);
    fc.assert(
      fc.property(fc.constantFrom(...types), secret, (type, value) => {
        expect(check(type, value) ?? "").not.toContain(value);
      }),
    );
  });
});

describe("a requirement", () => {
  const values = (entries: Readonly<Record<string, string>>) => (name: string) => {
    const text = entries[name];
    return text === undefined ? undefined : Sensitive.of(text);
  };

  test("under a condition holds only when it is met", () => {
    const variable = declare("# @required=if(MODE=cloud)\nCLOUD_KEY=");
    expect(isRequired(variable, values({ MODE: "cloud" }))).toBe(true);
    expect(isRequired(variable, values({ MODE: "local" }))).toBe(false);
    expect(isRequired(variable, values({}))).toBe(false);
    expect(requirementMet(variable, values({ MODE: "cloud" }))).toBe(false);
    expect(requirementMet(variable, values({ MODE: "cloud", CLOUD_KEY: "k" }))).toBe(true);
    expect(requirementMet(variable, values({ MODE: "local" }))).toBe(true);
  });

  test("is not met by an empty value", () => {
    expect(requirementMet(declare("A="), values({ A: "" }))).toBe(false);
    expect(requirementMet(declare("# @optional\nA="), values({}))).toBe(true);
  });
});

describe("a generated value", () => {
  test.each<[GenerateRule, RegExp]>([
    [{ kind: "random", bytes: 32, encoding: "hex" }, /^[0-9a-f]{64}$/],
    [{ kind: "random", bytes: 32, encoding: "base64url" }, /^[A-Za-z0-9_-]{43}$/],
    [{ kind: "random", bytes: 32, encoding: "base64" }, /^[A-Za-z0-9+/]{43}=$/],
    [{ kind: "password", length: 40 }, /^[A-Za-z2-9]{40}$/],
    [{ kind: "uuid" }, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ])("by %j has its form, and is another each time", (rule, form) => {
    const [first, second] = [generateValue(rule, randomBytes), generateValue(rule, randomBytes)];
    expect(first.reveal().toString("utf8")).toMatch(form);
    expect(first.equals(second)).toBe(false);
  });

  test("comes from the bytes given, and throws away those that would favour some letters", () => {
    const rounds = [Uint8Array.from([255, 254, 0, 1]), Uint8Array.from([2, 3, 4, 5])];
    const value = generateValue({ kind: "password", length: 4 }, () => rounds.shift() ?? new Uint8Array(4));
    expect(value.reveal().toString("utf8")).toBe("ABCD");
  });
});
