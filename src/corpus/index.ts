export { readTree, type Skipped, type TextFile, type Tree, type TreeOptions } from "./tree.ts";
export {
  ignoreState,
  localOnly,
  trackedFiles,
  type IgnoreEntry,
  type IgnoreState,
  type TrackedFiles,
} from "./ignore-state.ts";
export type { GitOptions } from "./git.ts";
