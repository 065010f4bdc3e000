export { bindService, isFileContent, versionAt, type Bound, type BoundVariable, type Stock } from "./bind.ts";
export { desirePlatform, type BoundPlatform, type BoundTarget } from "./desire.ts";
export { isSetting, placeOf, scopeText, settingsScope, versionFor, type Place, type ScopedVersion } from "./scope.ts";
export { learnsFirst, roleOf, slotsOf, type HolderRole, type OpenRotation, type Slots } from "./stance.ts";
