export {
  checkGrants,
  type Ask,
  type Granted,
  type GrantFinding,
  type GrantKind,
  type GrantQuestion,
} from "./check-grants.ts";
export { loaderReason } from "./loader-name.ts";
