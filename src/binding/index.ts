export { bindService, isFileContent, type Bound, type BoundVariable, type Stock } from "./bind.ts";
export { desirePlatform, type BoundPlatform, type BoundTarget } from "./desire.ts";
export { placeOf, scopeText, versionFor, type Place, type ScopedVersion } from "./scope.ts";
