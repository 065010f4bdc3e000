export {
  checkGrants,
  type Ask,
  type Granted,
  type GrantFinding,
  type GrantKind,
  type GrantQuestion,
} from "./check-grants.ts";
export { digestOf, formTokenOf, isToken, newSecret, newToken } from "./bearer.ts";
export { loaderReason } from "./loader-name.ts";
export { passwordFault } from "./password-fault.ts";
export { hashPassword, verifyPassword } from "./password.ts";
export {
  algorithms,
  challengeIn,
  newChallenge,
  userHandleOf,
  verifyAssertion,
  verifyAttestation,
  type Assertion,
  type Attestation,
  type NewKey,
  type RelyingParty,
} from "./passkey.ts";
export { covers, everywhere, formatRoles, parseRoles, roles, type Role, type RoleAt } from "./role.ts";
