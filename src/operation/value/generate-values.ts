import { bindService, type Stock } from "#binding";
import { generateValue, isRequired, type GenerateRule, type Platform } from "#contract";
import { AppError, type Sensitive } from "#kernel";
import type { EnvironmentStore, Transaction } from "#store";
import { randomBytes } from "node:crypto";
import { demand } from "../authority.ts";
import { inPlatform } from "../change.ts";
import type { Context } from "../context.ts";
import { declarationsOf, misfits, type Declaration } from "./declaration.ts";
import { ruleFor } from "./generate-rule.ts";
import { halfNotices } from "./half-notice.ts";
import { putValue, type PutResult } from "./put-value.ts";
import { readStock } from "../deploy/survey.ts";

export interface GenerateRequest {
  readonly names: readonly string[];
  /** also everything required that has a rule and no value */
  readonly missing: boolean;
  /** makes another version where there is a value */
  readonly newVersion: boolean;
}

export type Generated = { readonly name: string } & (
  | { readonly kind: "present"; readonly version: number }
  | (Omit<PutResult, "kind"> & { readonly kind: "generated"; readonly notices: readonly string[] })
);

/** Makes values by the contracts' rules. What has a value keeps it, unless a new version is asked for. */
export async function generateValues(context: Context, request: GenerateRequest): Promise<readonly Generated[]> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  const named = request.names.map((name) => ({ name, rule: ruleFor(platform, name) }));
  return inPlatform(context, platform, async (environment, tx) => {
    const stock = await readStock(environment);
    const found = request.missing ? missingWithRule(platform, stock) : [];
    const wanted = new Map([...found, ...named].map(({ name, rule }) => [name, rule]));
    const results: Generated[] = [];
    for (const [name, rule] of wanted) {
      const present = stock.versions.get(name)?.find(({ scope }) => Object.keys(scope).length === 0);
      if (present !== undefined && !request.newVersion) {
        results.push({ name, kind: "present", version: present.number });
      } else results.push(await makeOne(context, { environment, tx }, declarationsOf(platform, name), { name, rule }));
    }
    const made = results.flatMap(({ kind, name }) => (kind === "generated" ? [name] : []));
    return results.map((one) =>
      one.kind === "generated" ? { ...one, notices: halfNotices(platform, one.name, made) } : one,
    );
  });
}

async function makeOne(
  context: Context,
  at: { readonly environment: EnvironmentStore; readonly tx: Transaction },
  declarations: readonly Declaration[],
  { name, rule }: { readonly name: string; readonly rule: GenerateRule },
): Promise<Generated> {
  const value = makeValue(name, rule, declarations);
  const put = await putValue(context, at, {
    name,
    scope: {},
    value,
    origin: "generated",
    declarations,
    action: "value.generate",
  });
  return { ...put, name, kind: "generated", notices: [] };
}

/** CONTRACT_INVALID where the rule makes what the contracts refuse. */
export function makeValue(name: string, rule: GenerateRule, declarations: readonly Declaration[]): Sensitive {
  const value = generateValue(rule, randomBytes);
  const findings = misfits(declarations, value);
  if (findings.length === 0) return value;
  throw new AppError("CONTRACT_INVALID", `what the rule makes for ${name} does not fit its own contract`, { findings });
}

function missingWithRule(platform: Platform, stock: Stock): readonly { name: string; rule: GenerateRule }[] {
  return platform.services.flatMap((service) =>
    service.hosts.flatMap((host) => {
      const bound = new Map(bindService(service, host, stock).variables.map(({ name, value }) => [name, value]));
      return service.contract.variables.flatMap((variable) => {
        const { name, generate: rule } = variable;
        if (rule === undefined || bound.has(name) || stock.versions.has(name)) return [];
        return isRequired(variable, (other) => bound.get(other)) ? [{ name, rule }] : [];
      });
    }),
  );
}
