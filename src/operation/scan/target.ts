import type { GitTarget } from "./search-git.ts";

export type ScanTarget =
  /** `folder` is where relative paths begin */
  | { readonly kind: "tree"; readonly folder: string; readonly paths: readonly string[] }
  | { readonly kind: "stream"; readonly stream: AsyncIterable<Uint8Array> }
  | GitTarget;
