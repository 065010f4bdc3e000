import type { Finding, Position } from "#kernel";
import { decoratorText, type Argument, type Decorator } from "./decorator.ts";
import { readDerive } from "./derive-decorator.ts";
import { readSpan } from "../span.ts";
import { readType } from "./type-decorator.ts";
import { isVariableName } from "../name.ts";
import type { DeriveRule, GenerateRule, Requirement, Variable, VariableType } from "../variable.ts";

/** What the decorators of one variable say; absent means that nothing was said. */
export interface Declaration {
  readonly requirement?: Requirement;
  readonly sensitive?: boolean;
  readonly type?: VariableType;
  readonly example?: string;
  readonly docs?: string;
  readonly where?: string;
  readonly generate?: GenerateRule;
  readonly derive?: DeriveRule;
  readonly provider?: string;
  readonly build?: boolean;
  readonly accepts?: readonly string[];
  readonly overlap?: number;
  readonly signs?: string;
  readonly restart?: Variable["restart"];
}

export interface PlacedDecorator {
  readonly decorator: Decorator;
  readonly position: Position;
}

/** A decorator's meaning, or what it should have been. */
type Reader = (decorator: Decorator, soFar: Declaration) => Declaration | string;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["required", readRequired],
  ["optional", (decorator) => flag(decorator, (on) => ({ requirement: { kind: on ? "never" : "always" } }))],
  ["sensitive", (decorator) => flag(decorator, (on) => ({ sensitive: on }))],
  ["public", (decorator) => flag(decorator, (on) => ({ sensitive: !on }))],
  ["build", (decorator) => flag(decorator, (on) => ({ build: on }))],
  ["type", readTypeDecorator],
  ["example", (decorator) => text(decorator, (example) => ({ example }))],
  ["docs", (decorator) => text(decorator, (docs) => ({ docs }))],
  ["where", (decorator) => text(decorator, (where) => ({ where }))],
  ["derive", readDerive],
  ["provider", (decorator) => text(decorator, (provider) => ({ provider }))],
  ["generate", readGenerate],
  ["accepts", readAccepts],
  ["overlap", readOverlap],
  ["signs", (decorator) => text(decorator, (signs) => ({ signs }))],
  ["restart", readRestart],
]);

export function isKnownDecorator(name: string): boolean {
  return readers.has(name);
}

/** Reads all that are known, later over earlier; what can't be read is a finding, the rest counts. */
export function readDeclaration(placed: readonly PlacedDecorator[]): {
  readonly declaration: Declaration;
  readonly findings: readonly Finding[];
} {
  let declaration: Declaration = {};
  const findings: Finding[] = [];
  for (const { decorator, position } of placed) {
    const read = readers.get(decorator.name)?.(decorator, declaration) ?? {};
    if (typeof read !== "string") declaration = { ...declaration, ...read };
    else
      findings.push({ severity: "error", code: "decorator-invalid", message: `@${decorator.name}: ${read}`, position });
  }
  return { declaration, findings };
}

function flag(decorator: Decorator, meaning: (on: boolean) => Declaration): Declaration | string {
  const value = decoratorText(decorator);
  if (value === undefined || value === "true") return meaning(true);
  return value === "false" ? meaning(false) : "expected nothing, true or false behind it";
}

function text(decorator: Decorator, meaning: (value: string) => Declaration): Declaration | string {
  const value = decoratorText(decorator);
  return value === undefined || value === "" ? `expected a text, as in @${decorator.name}="…"` : meaning(value);
}

function readRequired(decorator: Decorator): Declaration | string {
  const { value } = decorator;
  if (value?.kind !== "call") return flag(decorator, (on) => ({ requirement: { kind: on ? "always" : "never" } }));
  const [argument, ...more] = value.args;
  if (value.name !== "if" || argument?.name === undefined || more.length > 0) return "expected if(OTHER=value)";
  return { requirement: { kind: "if", name: argument.name, equals: argument.text } };
}

function readTypeDecorator(decorator: Decorator): Declaration | string {
  if (decorator.value === undefined) return "expected a type, as in @type=url";
  const type = readType(decorator.value);
  return typeof type === "string" ? type : { type };
}

function readGenerate(decorator: Decorator): Declaration | string {
  const { value } = decorator;
  const name = value === undefined ? "random" : value.kind === "call" ? value.name : value.text;
  const args = value?.kind === "call" ? value.args : [];
  if (name === "uuid") return { generate: { kind: "uuid" } };
  if (name === "password") return password(args);
  if (name === "random" || name === "hex" || name === "base64" || name === "base64url") return random(name, args);
  return "expected random, hex, base64, base64url, password or uuid";
}

function password(args: readonly Argument[]): Declaration | string {
  const length = count(args, "length", 24);
  if (length === undefined || length < 12 || length > 1024) return "expected a length from 12 to 1024";
  return { generate: { kind: "password", length } };
}

function random(name: string, args: readonly Argument[]): Declaration | string {
  const bytes = count(args, "bytes", 32);
  if (bytes === undefined || bytes < 16 || bytes > 1024) return "expected bytes from 16 to 1024";
  const encoding = args.find((arg) => arg.name === "encoding")?.text ?? (name === "random" ? "base64url" : name);
  if (encoding !== "base64url" && encoding !== "hex" && encoding !== "base64") {
    return "expected encoding=base64url, hex or base64";
  }
  return { generate: { kind: "random", bytes, encoding } };
}

/** A number given by name or as the only bare argument. */
function count(args: readonly Argument[], name: string, otherwise: number): number | undefined {
  const given = args.find((arg) => arg.name === name) ?? args.find((arg) => arg.name === undefined);
  if (given === undefined) return otherwise;
  return /^\d{1,6}$/.test(given.text) ? Number(given.text) : undefined;
}

function readAccepts(decorator: Decorator, soFar: Declaration): Declaration | string {
  const names = (decoratorText(decorator) ?? "").split(/[\s,|]+/).filter((name) => name !== "");
  if (names.length === 0 || !names.every(isVariableName)) return "expected the name of a variable";
  return { accepts: [...new Set([...(soFar.accepts ?? []), ...names])] };
}

function readOverlap(decorator: Decorator): Declaration | string {
  const overlap = readSpan(decoratorText(decorator) ?? "");
  return overlap === undefined ? "expected a time, 30d or 12h for example" : { overlap };
}

function readRestart(decorator: Decorator): Declaration | string {
  const value = decoratorText(decorator);
  if (value === "none" || value === "reload" || value === "restart") return { restart: value };
  return "expected none, reload or restart";
}
