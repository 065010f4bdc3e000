import { dirname, resolve } from "node:path";
import type { Platform } from "#contract";
import { AppError, type Finding } from "#kernel";
import { checkCode } from "./check-code.ts";
import { checkIgnored } from "./check-ignored.ts";
import { checkInferred } from "./check-inferred.ts";
import { checkStoredValues, type ValueCheck } from "./check-values.ts";
import type { Context } from "../context.ts";

export interface CheckRequest {
  /** folders to compare with the contracts; an empty list is each contract's own folder, nothing is no comparison */
  readonly code?: readonly string[];
  /** a store that is not there, or holds nothing of the environment, is an error */
  readonly needsValues: boolean;
}

export interface CheckResult {
  readonly platform?: string;
  readonly environments: readonly { readonly name: string; readonly values: ValueCheck["kind"] }[];
  readonly services: number;
  readonly variables: number;
  /** all of them, by file, line and column; paths are absolute */
  readonly findings: readonly Finding[];
}

/**
 * Contracts, manifest, grants, values and .gitignore: whether they are complete, valid and without contradiction. Takes
 * one context for each environment of one manifest. Changes nothing; a store need not be there.
 */
export async function checkPlatform(contexts: readonly Context[], request: CheckRequest): Promise<CheckResult> {
  const looked: Looked[] = [];
  for (const context of contexts) looked.push(await lookAt(context, contexts.length > 1));
  const platforms = looked.flatMap(({ platform }) => platform ?? []);
  const folder = dirname(contexts[0]?.manifest ?? ".");
  const findings = [
    ...looked.flatMap((one) => one.findings),
    ...(await checkInferred(contexts[0]?.manifest ?? "")),
    ...(await checkIgnored(folder, platforms.length === contexts.length ? platforms : undefined)),
    ...(request.code === undefined ? [] : await checkCode(folder, contractsOf(platforms), request.code)),
  ];
  const [first] = platforms;
  return {
    ...(first === undefined ? {} : { platform: first.name }),
    environments: looked.flatMap(({ platform, values }) =>
      platform === undefined ? [] : [{ name: platform.environment.name, values: values.kind }],
    ),
    services: new Set(platforms.flatMap(({ services }) => services.map(({ name }) => name))).size,
    variables: contractsOf(platforms).reduce((sum, { variables }) => sum + variables.length, 0),
    findings: inOrder(request.needsValues ? findings.map(needed) : findings, folder),
  };
}

interface Looked {
  readonly platform?: Platform;
  readonly values: ValueCheck;
  readonly findings: readonly Finding[];
}

/** A manifest that can't be used is what there is to report. One that is not there is a failure. */
async function lookAt(context: Context, several: boolean): Promise<Looked> {
  try {
    const { platform, findings } = await context.inspectPlatform();
    if (platform === undefined) return { values: unchecked, findings };
    const values = await checkStoredValues(context, platform);
    const where = several ? ` (${platform.environment.name})` : "";
    const own = values.findings.map((one) => ({ ...one, message: `${one.message}${where}` }));
    return { platform, values, findings: [...findings, ...own] };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "MANIFEST_MISSING") throw error;
    return { values: unchecked, findings: findingsOf(error, context.manifest) };
  }
}

const unchecked: ValueCheck = { kind: "unchecked", findings: [] };

function findingsOf({ findings, message, hint }: AppError, file: string): readonly Finding[] {
  if (findings.length > 0) return findings;
  return [{ severity: "error", code: "unusable", message, hint, position: { file, line: 1, column: 1 } }];
}

function needed(finding: Finding): Finding {
  return finding.code === "values-unchecked" ? { ...finding, severity: "error" } : finding;
}

/** Each file once, however many services and environments share it. */
function contractsOf(platforms: readonly Platform[]) {
  const all = platforms.flatMap(({ services }) => services.map(({ contract }) => contract));
  return [...new Map(all.map((contract) => [contract.file, contract])).values()];
}

/** What several environments say alike is told once. */
function inOrder(findings: readonly Finding[], folder: string): readonly Finding[] {
  const placed = findings.map(({ position, ...finding }) =>
    position === undefined ? finding : { ...finding, position: { ...position, file: resolve(folder, position.file) } },
  );
  const once = new Map(placed.map((finding) => [keyOf(finding), finding]));
  return [...once.values()].toSorted(byPlace);
}

function keyOf({ position, code, message }: Finding): string {
  return JSON.stringify([position, code, message]);
}

/** What has no place comes last. */
function byPlace({ position: a, message: first }: Finding, { position: b, message: second }: Finding): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (first < second ? -1 : 1);
}
