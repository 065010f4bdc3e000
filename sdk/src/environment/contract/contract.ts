import { readFlag, readDecorators, type Decorator } from "./decorator.ts";
import { hasUserinfo, inferSensitive, inferType, isBuildName } from "./inference.ts";
import { readLines, type Assignment, type CommentLine } from "./line.ts";
import { isPlaceholder } from "./placeholder.ts";
import { parseTemplate, type Template } from "./template.ts";
import { readType, type VariableType } from "./type.ts";

/** What a service needs to know of one variable to check it. */
export interface Variable {
  readonly name: string;
  readonly requirement: Requirement;
  readonly type: VariableType;
  /** what applies when the environment lacks it; a placeholder never becomes one, nor the example of a secret */
  readonly fallback?: Template;
}

export type Requirement =
  | { readonly kind: "always" }
  | { readonly kind: "never" }
  | { readonly kind: "if"; readonly name: string; readonly equals: string };

/**
 * Reads an `.env.example` as Keyturn does, in the open env-spec comment style. Total: what can't be read is passed over;
 * `keyturn check` names it. An active assignment wins over the same name commented out; of two active ones the last.
 */
export function readContract(text: string): ReadonlyMap<string, Variable> {
  const variables = new Map<string, Variable>();
  let above: readonly Decorator[] = [];
  for (const line of readLines(text)) {
    const assignment = line.kind === "assignment" ? line : line.kind === "comment" ? line.assignment : undefined;
    if (assignment !== undefined) {
      const active = line.kind === "assignment";
      const variable = describe(assignment, active, [...above, ...decoratorsBehind(assignment)]);
      if (active || !variables.has(variable.name)) variables.set(variable.name, variable);
    }
    above = line.kind === "comment" && assignment === undefined ? addComment(above, line) : [];
  }
  return variables;
}

/** A blank line or a banner ends what came before. `@anna wrote this` is a sentence. */
function addComment(above: readonly Decorator[], { text }: CommentLine): readonly Decorator[] {
  if (isBanner(text)) return [];
  if (!text.startsWith("@")) return above;
  const { decorators, whole } = readDecorators(text);
  return whole || decorators.some(({ name }) => known.has(name)) ? [...above, ...decorators] : above;
}

/** The comment behind a value is decorators, or nothing for us. */
function decoratorsBehind({ comment }: Assignment): readonly Decorator[] {
  const { decorators, whole } = readDecorators(comment);
  return whole ? decorators : [];
}

/** A divider, or a title inside one: `-----`, `=== Database ===`, `## Database ###`. */
function isBanner(text: string): boolean {
  if (/^[-=*#~_+\s]{3,}$/.test(text)) return true;
  const framed = text.length >= 4 && /^[-=*#~]{2}/.test(text) && /[-=*#~]{2}$/.test(text);
  return framed || /[^\s#]\s*#{2,}$/.test(text);
}

/** What the decorators of one variable say; absent means that nothing was said. */
interface Declaration {
  readonly requirement?: Requirement;
  readonly sensitive?: boolean;
  readonly build?: boolean;
  readonly type?: VariableType;
}

/** A decorator that can't be read says nothing. */
const known: ReadonlyMap<string, (decorator: Decorator) => Declaration> = new Map([
  ["required", readRequired],
  ["optional", (decorator) => flag(decorator, (on) => ({ requirement: { kind: on ? "never" : "always" } }))],
  ["sensitive", (decorator) => flag(decorator, (on) => ({ sensitive: on }))],
  ["public", (decorator) => flag(decorator, (on) => ({ sensitive: !on }))],
  ["build", (decorator) => flag(decorator, (on) => ({ build: on }))],
  ["type", readTypeDecorator],
]);

function describe(assignment: Assignment, active: boolean, decorators: readonly Decorator[]): Variable {
  const { name, value } = assignment;
  const declared = decorators.reduce<Declaration>((all, one) => ({ ...all, ...known.get(one.name)?.(one) }), {});
  const build = declared.build ?? isBuildName(name);
  const sensitive = declared.sensitive ?? (!build && inferSensitive(name, value));
  const fallback = active ? fallbackOf(assignment, sensitive) : undefined;
  return {
    name,
    requirement: declared.requirement ?? { kind: active && fallback === undefined ? "always" : "never" },
    type: declared.type ?? inferType(name, value),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

/** An example of a secret is no value, unless all that is secret in it comes in by reference. */
function fallbackOf({ value, template }: Assignment, sensitive: boolean): Template | undefined {
  if (value === "" || isPlaceholder(value)) return undefined;
  const parts = parseTemplate(template);
  if (!sensitive) return parts;
  const literal = parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
  return parts.some(({ kind }) => kind === "reference") && !hasUserinfo(literal) ? parts : undefined;
}

function flag(decorator: Decorator, meaning: (on: boolean) => Declaration): Declaration {
  const on = readFlag(decorator);
  return on === undefined ? {} : meaning(on);
}

function readRequired(decorator: Decorator): Declaration {
  const { value } = decorator;
  if (value?.kind !== "call") return flag(decorator, (on) => ({ requirement: { kind: on ? "always" : "never" } }));
  const [argument, ...more] = value.args;
  if (value.name !== "if" || argument?.name === undefined || more.length > 0) return {};
  return { requirement: { kind: "if", name: argument.name, equals: argument.text } };
}

function readTypeDecorator({ value }: Decorator): Declaration {
  const type = value === undefined ? undefined : readType(value);
  return type === undefined ? {} : { type };
}
