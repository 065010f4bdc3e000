export {
  AppError,
  formatPosition,
  systemCode,
  unreachable,
  type AppErrorOptions,
  type Finding,
  type Position,
} from "./error.ts";
export { errorCodes, type ErrorCode } from "./error-code.ts";
export { Sensitive } from "./sensitive.ts";
export { asFingerprint, fingerprint, type Fingerprint } from "./fingerprint.ts";
export { isoTime, systemClock, type Clock } from "./clock.ts";
export { shellWord } from "./shell-word.ts";
export { looksLikeValue } from "./looks-like-value.ts";
export { withoutPasted } from "./pasted.ts";
export { endGroup, hasGroups } from "./end-group.ts";
export { randomId, type MakeId } from "./id.ts";
export { oncePerTurn } from "./turn.ts";
export { greeted, greetingOf, isSameForm, versionHeader } from "./version.ts";
