export { isEnvironmentFile, readTree, type Skipped, type TextFile, type Tree, type TreeOptions } from "./tree.ts";
export {
  ignoreState,
  localOnly,
  trackedFiles,
  type IgnoreEntry,
  type IgnoreState,
  type TrackedFiles,
} from "./ignore-state.ts";
export type { GitOptions } from "./git.ts";
export { walk, type FileEntry, type LeftOut, type Walked, type WalkOptions } from "./walk.ts";
export { chunkReader } from "./read-chunks.ts";
export { readBlob, readObjects, type GitObject, type TakeObjects } from "./git-objects.ts";
export {
  besidesCommits,
  blobPlaces,
  commitsOf,
  missingHistory,
  presentBlobs,
  stagedBlobs,
  type BlobPlace,
} from "./git-history.ts";
export { hookFolder, type FoundHooks } from "./hook-folder.ts";
export { archiveKind, headLength } from "./archive/kind.ts";
export { byteReader } from "./archive/byte-reader.ts";
export { openFile } from "./archive/file-access.ts";
export { unpack, type Allowance, type Packed } from "./archive/unpack.ts";
export { repositoryAt, repositoryFinder, type Repository } from "./repository.ts";
