import { desirePlatform, type Stock } from "#binding";
import type { Platform } from "#contract";
import { AppError, asFingerprint, type Finding } from "#kernel";
import type { Context } from "../context.ts";
import { readStock } from "../deploy/survey.ts";
import { tokenFindings, tokensOf } from "../rotate/token-end.ts";
import { shortValues } from "./short-values.ts";

export interface ValueCheck {
  /** `unchecked`: there is no store, it holds nothing of this environment, or it can't be opened */
  readonly kind: "checked" | "unchecked";
  readonly findings: readonly Finding[];
}

/** What the store has is bound as for a deploy. Without a store, what manifest and contracts say themselves is. */
export async function checkStoredValues(context: Context, platform: Platform): Promise<ValueCheck> {
  const found = await stockOf(context, platform.environment.name);
  const bound = desirePlatform({ platform, stock: found.stock ?? nothing, sources: new Map() });
  if (found.stock !== undefined) {
    const { versions, grants } = found.stock;
    const now = context.clock.now();
    const tokens = tokensOf(platform, { present: [...versions.values()].flat(), grants }, now);
    return {
      kind: "checked",
      findings: [...bound.findings, ...tokenFindings(tokens, now), ...shortValues(bound.targets)],
    };
  }
  return { kind: "unchecked", findings: [...bound.findings.flatMap(withoutStore), found.reason] };
}

type Found =
  | { readonly stock: Stock; readonly reason?: undefined }
  | { readonly stock?: undefined; readonly reason: Finding };

/** An environment is made by its first use, so it is looked for before it is opened. */
async function stockOf(context: Context, name: string): Promise<Found> {
  try {
    const store = await context.openStore();
    return await store.transaction(async (tx): Promise<Found> => {
      const known = (await tx.environments.list()).some((environment) => environment.name === name);
      if (known) return { stock: await readStock(await tx.environment(name)) };
      return { reason: notice(`the store holds nothing of ${name} yet: its values are not checked`) };
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "STORE_MISSING") return { reason: notice(`${error.message}: values are not checked`) };
    const { message, hint } = error;
    return {
      reason: { severity: "error", code: "store-unusable", message: `${message}: values are not checked`, hint },
    };
  }
}

const nothing: Stock = {
  versions: new Map(),
  opened: new Map(),
  grants: [],
  fingerprint: () => asFingerprint("0".repeat(16)) as NonNullable<ReturnType<typeof asFingerprint>>,
};

function notice(message: string): Finding {
  return { severity: "notice", code: "values-unchecked", message };
}

/** What is missing may be in the store, and so may be the grant for a name that steers loaders. */
function withoutStore(finding: Finding): readonly Finding[] {
  if (finding.code === "missing" || finding.code === "reference-unknown") return [];
  return [finding.code === "loader-name" ? { ...finding, severity: "warning" } : finding];
}
