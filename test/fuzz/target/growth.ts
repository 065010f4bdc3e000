import * as fc from "fast-check";
import {
  compareCode,
  parseTemplate,
  proposeManifest,
  readContract,
  readManifest,
  readUnitFile,
  resolveTemplate,
  scanCode,
} from "#contract";
import { dialectNames, dialects } from "#dialect";
import { readCommandLine } from "../../../src/contract/manifest/command-line.ts";
import { planted } from "../law.ts";
import { growth } from "../growth.ts";
import type { Target } from "../target.ts";
import { readCredentials } from "./credential.ts";

const readText = () => undefined;

/** Everything that reads text which others wrote, and may be as long as they like. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  ...Object.fromEntries(dialectNames.map((name) => [name, (text: string) => dialects[name].read(Buffer.from(text))])),
  "env-example": (text) => readContract(text, ".env.example"),
  manifest: (text) => readManifest(text, "keyturn.yaml", { readText }),
  "manifest-contract": (text) => readManifest(small, "keyturn.yaml", { readText: () => text }),
  template: (text) => resolveTemplate(parseTemplate(text), { name: "A", lookup: () => undefined }),
  references: resolveAll,
  "code-typescript": (text) => scanCode([{ path: "a.ts", text }]),
  "code-python": (text) => scanCode([{ path: "a.py", text }]),
  "code-shell": (text) => scanCode([{ path: "a.sh", text }]),
  "code-compose": (text) => scanCode([{ path: "compose.yaml", text }]),
  "code-unit": (text) => scanCode([{ path: "a.service", text }]),
  "code-against-contract": (text) =>
    compareCode(readContract(text, ".env.example"), scanCode([{ path: "a.sh", text }])),
  "compose-file": (text) =>
    proposeManifest([
      { path: "compose.yaml", text },
      { path: ".env.example", text: "A=" },
    ]),
  "unit-file": (text) => readUnitFile("a.service", text),
  "command-line": readCommandLine,
  credential: readCredentials,
};

const small =
  "platform: p\nservices: { a: { contract: a, runtime: process, command: x, directory: . } }\nenvironments: { e: { hosts: { h: local } } }\n";

function resolveAll(text: string): void {
  const { variables } = readContract(text, ".env.example");
  const byName = new Map(variables.map((variable) => [variable.name, variable.fallback]));
  const lookup = (name: string) => {
    const template = byName.get(name);
    return template === undefined ? undefined : ({ kind: "template", template, sensitive: false } as const);
  };
  const [first] = variables;
  if (first?.fallback !== undefined) resolveTemplate(first.fallback, { name: first.name, lookup });
}

interface Repetition {
  readonly reader: string;
  readonly beginning: string;
  /** said again and again; `%i` is its number and `%j` the next one */
  readonly unit: string;
}

/** ¦ between them */
const words =
  "a¦A¦A%i¦=¦A=¦A%i=¦${A%j}¦${A}¦$A¦\n¦ ¦\t¦\"¦'¦`¦\\¦#¦# @¦:¦: ¦,¦-¦- ¦{¦}¦[¦]¦(¦)¦<<¦<<E\n¦" +
  "E\n¦&a ¦*a¦? ¦k%i: ¦/*¦*/¦//¦/¦/[¦;¦@¦!¦|¦>¦class a(¦class a(BaseSettings¦BaseSettings ¦" +
  "):¦environ¦getenv(¦process¦.env¦process.env.¦const {¦import.meta¦export ¦Environment=¦" +
  `ExecStart=¦Exec¦string(¦enum(¦@required¦url(¦://¦@a¦x¦sk_¦eyJhbGciOi¦-----BEGIN PRIVATE KEY-----¦services:\n¦<¦\r¦\u2028¦é¦${planted}`;

export const growthTargets: readonly Target[] = [{ name: "growth", input: repetition(), check: checkGrowth, runs: 6 }];

function repetition(): fc.Arbitrary<Uint8Array> {
  const some = (maxLength: number, minLength = 0) =>
    fc.array(fc.constantFrom(...words.split("¦")), { minLength, maxLength }).map((parts) => parts.join(""));
  return fc
    .record({ reader: fc.constantFrom(...Object.keys(readers)), beginning: some(2), unit: some(3, 1) })
    .map((found) => Buffer.from(JSON.stringify(found)));
}

/** Four times the text takes about four times the time. */
function checkGrowth(input: Buffer): void {
  const { reader, beginning, unit } = JSON.parse(input.toString("utf8")) as Repetition;
  const read = readers[reader];
  if (read === undefined) throw new Error(`no reader is called ${reader}`);
  const grown = growth(read, (length) => beginning + repeated(unit, length));
  if (grown.kind === "faster-than-the-text") {
    throw new Error(
      `${grown.length} characters take ${Math.round(grown.long)} ms, a quarter of them ${Math.round(grown.short)} ms`,
    );
  }
}

function repeated(unit: string, length: number): string {
  if (!unit.includes("%")) return unit.repeat(Math.ceil(length / unit.length));
  const parts: string[] = [];
  for (let index = 0, size = 0; size < length; index += 1) {
    const part = unit.replaceAll("%i", String(index)).replaceAll("%j", String(index + 1));
    parts.push(part);
    size += part.length;
  }
  return parts.join("");
}
