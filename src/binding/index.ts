export { takenUntil } from "./beside.ts";
export { bindService, type Bound } from "./bind.ts";
export { isFileContent, type BoundVariable } from "./bound.ts";
export type { Stock } from "./stock.ts";
export { desirePlatform, type BoundPlatform, type BoundTarget } from "./desire.ts";
export { versionAt } from "./given-version.ts";
export {
  isSetting,
  placeOf,
  sameScope,
  scopeText,
  settingsScope,
  versionFor,
  type Place,
  type ScopedVersion,
} from "./scope.ts";
export { learnsFirst, partOf, takesTwo, type HolderRole, type PairNames, type Slots } from "./part.ts";
export type { OpenRotation } from "./stance.ts";
