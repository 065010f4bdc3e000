import type { Finding, Position } from "#kernel";
import { readBlocks, type Block } from "./comment-block.ts";
import { isKnownDecorator, readDeclaration, type Declaration } from "./declaration.ts";
import { shownDecorator } from "./decorator.ts";
import { hasUserinfo, inferSensitive, inferType, isBuildName } from "./inference.ts";
import { readLines, type AssignmentLine } from "./line.ts";
import { isPlaceholder } from "./placeholder.ts";
import { parseTemplate, referencesOf, templateFaults } from "../template.ts";
import type { Contract, Requirement, Template, Variable } from "../variable.ts";

/**
 * Reads an `.env.example`. Total: any text gives a contract, and what is malformed a finding with its place. An active
 * assignment wins over the same name commented out; of two active ones the last.
 */
export function readContract(text: string, file: string): Contract {
  const lines = readLines(text);
  const { blocks, findings: blockFindings } = readBlocks(lines, file);
  const read = blocks.map((block) => readVariable(block, file));
  const malformed = lines.flatMap((line) => (line.kind === "malformed" ? [malformedFinding(line, file)] : []));
  const merged = mergeDuplicates(read.map((entry) => entry.variable));
  const variables = spreadSensitivity(merged.variables);
  const findings = [
    ...malformed,
    ...blockFindings,
    ...read.flatMap((entry) => entry.findings),
    ...merged.findings,
    ...contradictions(variables),
    ...undeclaredReferences(variables),
    ...unknownDecorators(blocks),
  ];
  return { file, variables, findings: findings.toSorted(byPosition) };
}

function malformedFinding(
  line: { readonly code: "not-an-assignment" | "name-invalid"; readonly line: number; readonly column: number },
  file: string,
): Finding {
  const message =
    line.code === "not-an-assignment"
      ? "expected NAME=value or a comment that begins with #"
      : "expected a name of at most 200 letters, digits and _, not beginning with a digit, before the =";
  return { severity: "error", code: line.code, message, position: { file, line: line.line, column: line.column } };
}

function readVariable(block: Block, file: string): { variable: Variable; findings: readonly Finding[] } {
  const { assignment, decorators } = block;
  const known = decorators.filter((placed) => isKnownDecorator(placed.decorator.name));
  const { declaration, findings } = readDeclaration(known);
  const position: Position = { file, line: assignment.line, column: assignment.column };
  const unknown = decorators.filter((placed) => !known.includes(placed)).map((placed) => placed.decorator.name);
  const variable = describeVariable(block, declaration, position, unknown);
  return { variable, findings: [...findings, ...assignmentFindings(assignment, file)] };
}

function describeVariable(
  block: Block,
  declared: Declaration,
  position: Position,
  unknownDecorators: readonly string[],
): Variable {
  const { assignment, active } = block;
  const { name, value } = assignment;
  const placeholder = isPlaceholder(value);
  const build = declared.build ?? isBuildName(name);
  const sensitive = declared.sensitive ?? (!build && inferSensitive(name, value));
  const fallback = active && !placeholder ? fallbackOf(assignment, sensitive) : undefined;
  const { requirement, sensitive: _, build: __, accepts, restart, type, example, ...texts } = declared;
  return {
    ...texts,
    name,
    position,
    description: block.description,
    active,
    sensitive,
    sensitivity: declared.sensitive === undefined ? "inferred" : "declared",
    requirement: requirement ?? inferRequirement(active, fallback),
    type: type ?? inferType(name, value),
    ...(fallback === undefined ? {} : { fallback }),
    example: example ?? value,
    placeholder: placeholder || (example !== undefined && fallback === undefined),
    build,
    accepts: accepts ?? [],
    restart: restart ?? "restart",
    ...(unknownDecorators.length === 0 ? {} : { unknownDecorators }),
  };
}

/** An example of a secret is no value, unless all that is secret in it comes in by reference. */
function fallbackOf(assignment: AssignmentLine, sensitive: boolean): Template | undefined {
  if (assignment.value === "") return undefined;
  const template = parseTemplate(assignment.template);
  if (!sensitive) return template;
  const literal = template.map((part) => (part.kind === "text" ? part.text : "")).join("");
  return referencesOf(template).length > 0 && !hasUserinfo(literal) ? template : undefined;
}

function inferRequirement(active: boolean, fallback: Template | undefined): Requirement {
  return { kind: active && fallback === undefined ? "always" : "never" };
}

const faults: Readonly<Record<NonNullable<AssignmentLine["fault"]>, string>> = {
  "unterminated-quote": "quote is not closed; the rest of this line was taken as the value",
  "text-after-quote": "text behind the closing quote was ignored; begin a comment with #",
  "control-character": "value holds a control character that no environment can carry",
};

function assignmentFindings(assignment: AssignmentLine, file: string): readonly Finding[] {
  const { name, line, fault } = assignment;
  const position = { file, line, column: assignment.faultColumn };
  const found: Finding[] = [];
  if (fault !== undefined) {
    found.push({ severity: "error", code: fault, message: `${name}: ${faults[fault]}`, position });
  }
  if (templateFaults(assignment.template).length > 0) {
    const message = `${name}: expected \${NAME}; this \${ was kept as text`;
    found.push({
      severity: "warning",
      code: "reference-malformed",
      message,
      position,
      hint: "write $${ for the text ${",
    });
  }
  return found;
}

function mergeDuplicates(all: readonly Variable[]): { variables: readonly Variable[]; findings: readonly Finding[] } {
  const byName = new Map<string, Variable>();
  const findings: Finding[] = [];
  for (const variable of all) {
    const before = byName.get(variable.name);
    if (before?.active === true && variable.active) findings.push(duplicate(variable, before));
    if (before === undefined) byName.set(variable.name, variable);
    else if (variable.active) byName.set(variable.name, withDescription(variable, before));
  }
  return { variables: [...byName.values()], findings };
}

function duplicate(variable: Variable, before: Variable): Finding {
  const message = `${variable.name} stands twice, first in line ${before.position.line}; the last one counts`;
  return { severity: "warning", code: "duplicate", message, position: variable.position };
}

/** An example commented out above the assignment often took the comment. */
function withDescription(variable: Variable, before: Variable): Variable {
  return variable.description === "" ? { ...variable, description: before.description } : variable;
}

/** What refers to a secret is one; as far as nothing else was declared. */
function spreadSensitivity(variables: readonly Variable[]): readonly Variable[] {
  const sensitive = new Set(variables.filter((variable) => variable.sensitive).map((variable) => variable.name));
  const referring = referringTo(variables.filter(({ sensitivity, build }) => sensitivity === "inferred" && !build));
  const waiting = [...sensitive];
  for (let secret = waiting.pop(); secret !== undefined; secret = waiting.pop()) {
    for (const name of referring.get(secret) ?? []) {
      if (!sensitive.has(name)) waiting.push(name);
      sensitive.add(name);
    }
  }
  return variables.map((variable) => ({ ...variable, sensitive: sensitive.has(variable.name) }));
}

/** Names of the variables that refer to each name. */
function referringTo(variables: readonly Variable[]): ReadonlyMap<string, readonly string[]> {
  const referring = new Map<string, string[]>();
  for (const { name, fallback } of variables) {
    for (const reference of referencesOf(fallback ?? [])) {
      const names = referring.get(reference) ?? [];
      names.push(name);
      referring.set(reference, names);
    }
  }
  return referring;
}

/** References reach the variables of the same service only. */
function undeclaredReferences(variables: readonly Variable[]): readonly Finding[] {
  const declared = new Set(variables.map((variable) => variable.name));
  return variables.flatMap(({ name, position, fallback }) =>
    referencesOf(fallback ?? [])
      .filter((reference) => !declared.has(reference))
      .map((reference): Finding => {
        const message = `${name} refers to ${reference}, which this file does not declare`;
        return { severity: "warning", code: "reference-undeclared", message, position };
      }),
  );
}

function contradictions(variables: readonly Variable[]): readonly Finding[] {
  const sensitive = new Set(variables.filter((variable) => variable.sensitive).map((variable) => variable.name));
  return variables.flatMap((variable): readonly Finding[] => {
    const { name, position } = variable;
    if (variable.sensitive && variable.build) {
      const message = `${name} is read while building and so public, it can't be sensitive`;
      return [{ severity: "error", code: "sensitive-build-variable", message, position }];
    }
    if (variable.overlap !== undefined && variable.accepts.length === 0 && variable.derive?.kind !== "key-map") {
      const message = `${name} has an @overlap, and no @accepts says where the value before is taken meanwhile`;
      return [{ severity: "error", code: "overlap-nowhere", message, position }];
    }
    const secret = referencesOf(variable.fallback ?? []).find((reference) => sensitive.has(reference));
    if (variable.sensitive || secret === undefined) return [];
    const message = `${name} is public and refers to ${secret}, which is sensitive`;
    return [{ severity: "error", code: "public-refers-to-sensitive", message, position }];
  });
}

/** One notice for the whole file. */
function unknownDecorators(blocks: readonly Block[]): readonly Finding[] {
  const unknown = blocks
    .flatMap((block) => block.decorators)
    .filter((placed) => !isKnownDecorator(placed.decorator.name));
  const [first] = unknown;
  if (first === undefined) return [];
  const names = [...new Set(unknown.map((placed) => shownDecorator(placed.decorator)))];
  const message = `kept without a meaning: ${names.join(", ")}`;
  return [{ severity: "notice", code: "decorator-unknown", message, position: first.position }];
}

function byPosition(a: Finding, b: Finding): number {
  const [x, y] = [a.position, b.position];
  return (x?.line ?? 0) - (y?.line ?? 0) || (x?.column ?? 0) - (y?.column ?? 0);
}
