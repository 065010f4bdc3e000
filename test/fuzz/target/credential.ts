import { inspect } from "node:util";
import { buildNeedles, isCredential, matcherOf, scanStream, searchBytes, type Found } from "#leak";
import { knownFormats } from "../../../src/operation/scan/format/known-formats.ts";
import { foreignBytes, type Words } from "../bytes.ts";
import { holds, planted } from "../law.ts";
import type { Target } from "../target.ts";

const formats = knownFormats({ now: 0, names: { secret: ["JWT_SECRET", "API_TOKEN"], shown: [] } });
const matcher = matcherOf(buildNeedles([], formats), formats);

/** What is in any file, looked through for credentials. */
export function readCredentials(text: string): readonly Found[] {
  return searchBytes(matcher, "f", Buffer.from(text));
}

const example: Words = {
  whole: [
    `KEY=sk-proj-${"Zk9wQ7xT2vB5mR8c".repeat(3)}${planted}\n"gsk_${"aZ9bY8cX7dW6e".repeat(4)}"`,
    `postgres://app:${planted}@db.acme.io/shop\nhttps://u:p@h amqp://:x@y`,
    `-----BEGIN RSA PRIVATE KEY-----\nMIICXAIBAAKBgQC${"7Yk2mQ9x".repeat(9)}\n${planted}\n-----END RSA PRIVATE KEY-----`,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMiLCJleHAiOjQwMDAwMDAwMDB9.Zk9wQ7xT2vB5mR8cZk9wQ7xT2vB5mR8c",
  ],
  words:
    "sk-¦sk-proj-¦T3BlbkFJ¦AIza¦gsk_¦sk_¦sk_car_¦glsa_¦sbp_¦keyturn_¦-----BEGIN PRIVATE KEY-----¦-----BEGIN ¦PRIVATE KEY-----¦" +
    'eyJhbGciOi¦eyJ¦.¦://¦postgres¦:¦@¦/¦\n¦\r¦\\n¦\u001b[0m¦%¦%41¦{¦}¦"¦ ¦-¦_¦Zk9wQ7xT2vB5mR8c¦0a1b2c3d4e5f6789¦ä',
};

export const credentialTargets: readonly Target[] = [
  { name: "credential", input: foreignBytes(example), check: checkCredentials, runs: 100 },
];

/** The same, however the bytes come, in the text, and nothing of it. */
function checkCredentials(input: Buffer): void {
  const whole = searchBytes(matcher, "f", input);
  for (const one of whole) {
    holds(isCredential(one), "no value is told where none is looked for");
    holds(one.offset >= 0 && one.offset < input.byteLength, "it stands in the text");
    holds(one.line >= 1 && one.column >= 1, "line and column count from 1");
  }
  holds(!inspect(whole).includes(planted), "nothing of it is told");
  const scan = scanStream(matcher, "f");
  const told: Found[] = [];
  for (let at = 0; at < input.byteLength; at += 7) told.push(...scan.write(input.subarray(at, at + 7)));
  told.push(...scan.end());
  holds(textOf(told) === textOf(whole), "a stream may be cut anywhere");
}

function textOf(found: readonly Found[]): string {
  return JSON.stringify(found.map((one) => JSON.stringify(one)).toSorted());
}
