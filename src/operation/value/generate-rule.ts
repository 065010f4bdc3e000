import type { GenerateRule, Platform } from "#contract";
import { AppError } from "#kernel";
import { slotOf } from "#provider";
import { declarationsOf, type Declaration } from "./declaration.ts";
import { checkName } from "./set-value.ts";

/** Long enough for every signature and token that services check with it. */
const usualRule: GenerateRule = { kind: "random", bytes: 32, encoding: "base64url" };

/** NOT_FOUND where nobody asks for the name, USAGE where its value is nothing that can be made. */
export function ruleFor(platform: Platform, name: string): GenerateRule {
  checkName(name);
  const declarations = declarationsOf(platform, name);
  if (declarations.length === 0) {
    throw new AppError("NOT_FOUND", `no contract of this platform declares ${name}`, {
      hint: "add it to the service's .env.example first",
    });
  }
  const rule = declarations.find(({ variable }) => variable.generate !== undefined)?.variable.generate;
  if (rule !== undefined) return rule;
  if (!isGivenAlone(declarations)) return usualRule;
  throw new AppError("USAGE", `${name} is nothing that can be made at random`, {
    hint: `\`keyturn set ${name}\` takes the value; @generate in the contract gives a rule`,
  });
}

export function hasRule(declarations: readonly Declaration[]): boolean {
  return declarations.some(({ variable }) => variable.generate !== undefined);
}

/** Nothing can be made at random for it: it is no secret text, or a provider has to know it. */
export function isGivenAlone(declarations: readonly Declaration[]): boolean {
  if (hasRule(declarations)) return false;
  return declarations.some(({ variable: { name, sensitive, type, provider } }) => {
    const slot = slotOf({ name, ...(provider === undefined ? {} : { provider }) });
    return !sensitive || type.kind !== "string" || provider !== undefined || slot !== undefined;
  });
}

/** `random(32, base64url)` */
export function ruleText(rule: GenerateRule): string {
  switch (rule.kind) {
    case "random":
      return `random(${rule.bytes}, ${rule.encoding})`;
    case "password":
      return `password(${rule.length})`;
    case "uuid":
      return "uuid";
  }
}
