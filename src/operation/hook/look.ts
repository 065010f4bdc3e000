import { AppError } from "#kernel";
import type { Context } from "../context.ts";
import { readKit, scanWithKit, type KitScanRequest, type KitScanResult } from "../scan/kit/scan-with-kit.ts";
import { scan, type ScanResult } from "../scan/scan.ts";
import { broughtPlaces } from "../scan/search-git.ts";
import type { ScanTarget } from "../scan/target.ts";
import { broughtBy } from "./brought.ts";
import { refusedFiles, type BroughtFile } from "./environment-file.ts";
import type { HookName } from "./script.ts";

export interface LookRequest {
  readonly hook: HookName;
  /** the folder that Git runs the hook in */
  readonly folder: string;
  /** as Git gives it to the hook */
  readonly input: string;
  /** where a push goes, as Git names it */
  readonly remote?: string;
  /** whether the store is on this machine; one that is elsewhere is not asked */
  readonly here: boolean;
  /** searched with where no store is on this machine */
  readonly kit?: { readonly file: string; readonly confirm?: KitScanRequest["confirm"] };
}

export type HookVerdict =
  /** a branch is deleted, nothing is staged */
  | { readonly kind: "nothing" }
  | {
      readonly kind: "looked";
      readonly hook: HookName;
      readonly files: readonly BroughtFile[];
      readonly leaks: ScanResult | KitScanResult;
      /** there is neither store nor kit to compare with: formats and files alone were looked for */
      readonly blind: boolean;
      readonly refused: boolean;
    };

/** What a commit or push brings that must not come: environment files, and values of the store, other credentials. */
export async function lookAtBrought(context: Context, request: LookRequest): Promise<HookVerdict> {
  const { hook, folder, input, remote, here, kit } = request;
  const variables = context.processEnvironment;
  const select = broughtBy({ hook, input, variables, ...(remote === undefined ? {} : { remote }) });
  if (select === undefined || select.kind === "all") return { kind: "nothing" };
  const where = { folder, variables };
  const places = await broughtPlaces(where, select);
  if (places.length === 0 && select.kind === "staged") return { kind: "nothing" };
  const files = await refusedFiles(context, places, where);
  const hasValues = here && (await hasStore(context));
  const target = { kind: "git", folder, select } as const;
  const leaks = hasValues ? await scan(context, { target }) : await lookWithout(context, target, kit);
  const blind = !hasValues && kit === undefined;
  const found = files.length + leaks.findings.length + leaks.credentials.length + candidatesOf(leaks);
  return { kind: "looked", hook, files, leaks, blind, refused: found > 0 };
}

/** No store is on this machine. A kit that is named and can't be read is a failure: what it would have found is not known. */
async function lookWithout(
  context: Context,
  target: Extract<ScanTarget, { kind: "git" }>,
  kit: LookRequest["kit"],
): Promise<ScanResult | KitScanResult> {
  if (kit === undefined) return scan(context, { target, wanted: "formats" });
  const { file, confirm } = kit;
  const asked = confirm === undefined ? {} : { confirm };
  return scanWithKit(context, { target, kit: await readKit(file), ...asked });
}

/**
 * What nobody confirmed counts: by chance one place in 5 × 10¹¹ is a candidate, and a value that was pushed can't be taken back.
 */
function candidatesOf(leaks: ScanResult | KitScanResult): number {
  return "candidates" in leaks ? leaks.candidates.length : 0;
}

async function hasStore(context: Context): Promise<boolean> {
  try {
    await context.openStore();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "STORE_MISSING") return false;
    throw error;
  }
}
