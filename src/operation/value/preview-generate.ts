import type { Platform } from "#contract";
import { AppError } from "#kernel";
import { slotOf } from "#provider";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { declarationsOf } from "./declaration.ts";
import { ruleFor, ruleText } from "./generate-rule.ts";
import { halfNotices } from "./half-notice.ts";

/** What making a new value of a name would come to. */
export type GeneratePreview = { readonly name: string } & (
  | {
      readonly kind: "made";
      /** `random(32, base64url)` */
      readonly rule: string;
      /** number of the version that it follows */
      readonly present?: number;
      readonly notices: readonly string[];
    }
  | { readonly kind: "refused"; readonly reason: string }
);

/** Name by name, for the value of the whole environment. Nothing is made. */
export async function previewGenerate(context: Context, names: readonly string[]): Promise<readonly GeneratePreview[]> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  const versions = await readEnvironment(context, ({ values }) => values.present());
  const wide = new Map(
    versions.filter(({ scope }) => Object.keys(scope).length === 0).map(({ name, number }) => [name, number]),
  );
  return names.map((name): GeneratePreview => {
    const found = ruleOrReason(platform, name);
    if (found.kind === "refused") return { name, ...found };
    const present = wide.get(name);
    const notices = [...doubts(platform, name), ...halfNotices(platform, name, names)];
    return { name, ...found, ...(present === undefined ? {} : { present }), notices };
  });
}

function ruleOrReason(platform: Platform, name: string) {
  try {
    return { kind: "made", rule: ruleText(ruleFor(platform, name)) } as const;
  } catch (error) {
    if (error instanceof AppError) return { kind: "refused", reason: error.message } as const;
    throw error;
  }
}

/** A vendor takes only keys that it made; a contract that has a rule all the same knows better. */
function doubts(platform: Platform, name: string): readonly string[] {
  const declared = declarationsOf(platform, name).map(({ variable }) => variable);
  if (declared.some(({ generate }) => generate !== undefined)) return [];
  const provider = declared.find((variable) => variable.provider !== undefined)?.provider;
  const slot = slotOf({ name, ...(provider === undefined ? {} : { provider }) });
  return slot === undefined ? [] : [`${slot.provider.title} does not know what is made here`];
}
