import { AppError } from "#kernel";
import type { Context } from "../context.ts";
import { scan, type ScanResult } from "../scan/scan.ts";
import { broughtPlaces } from "../scan/search-git.ts";
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
}

export type HookVerdict =
  /** a branch is deleted, nothing is staged */
  | { readonly kind: "nothing" }
  | {
      readonly kind: "looked";
      readonly hook: HookName;
      readonly files: readonly BroughtFile[];
      readonly leaks: ScanResult;
      /** there is no store to compare with: formats and files alone were looked for */
      readonly blind: boolean;
      readonly refused: boolean;
    };

/** What a commit or push brings that must not come: environment files, and values of the store, other credentials. */
export async function lookAtBrought(context: Context, request: LookRequest): Promise<HookVerdict> {
  const { hook, folder, input, remote, here } = request;
  const variables = context.processEnvironment;
  const select = broughtBy({ hook, input, variables, ...(remote === undefined ? {} : { remote }) });
  if (select === undefined || select.kind === "all") return { kind: "nothing" };
  const where = { folder, variables };
  const places = await broughtPlaces(where, select);
  if (places.length === 0 && select.kind === "staged") return { kind: "nothing" };
  const files = await refusedFiles(context, places, where);
  const blind = !here || !(await hasStore(context));
  const leaks = await scan(context, { target: { kind: "git", folder, select }, wanted: blind ? "formats" : "both" });
  const found = files.length + leaks.findings.length + leaks.credentials.length;
  return { kind: "looked", hook, files, leaks, blind, refused: found > 0 };
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
