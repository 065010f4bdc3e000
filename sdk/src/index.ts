export { KeyturnError, type ErrorCode } from "./error.ts";
export { loadEnvironment, loadEnvironmentOrExit } from "./environment/load.ts";
export { reloadEnvironment, reloadOnSignal, type Reload, type Reloaded } from "./environment/reload.ts";
export { EnvironmentError, type Problem } from "./environment/problem.ts";
export type { Environment, Readings } from "./environment/check.ts";
export type { Reading } from "./environment/reading.ts";
export { matchSecret, type Accepted, type Match } from "./secret/same-secret.ts";
export { bearerGuard, matchBearer } from "./secret/bearer.ts";
export { accepts, type AcceptedSecret } from "./secret/accepts.ts";
export type { CountedSecret, CountingOptions } from "./secret/counted.ts";
export type { Slot } from "./secret/slot.ts";
export type { Counts, SecretsReport, Tally } from "./secret/tally.ts";
export { expressGuard, secretGuard, type Guarded, type GuardOptions } from "./secret/guard.ts";
export { honoGuard, honoReportHandler, type HonoContext } from "./secret/hono.ts";
export { reportHandler, secretsReport, type ReleasedReport, type ReportOptions } from "./secret/report.ts";
export { deriveUserKey, deriveUserKeys, type KeyUser, type UserKeyRule } from "./secret/user-key.ts";
export { tokenRing, type TokenRing } from "./token/ring.ts";
export {
  signToken,
  verifyToken,
  type SignOptions,
  type TokenKeys,
  type TokenVerdict,
  type VerifyOptions,
} from "./token/token.ts";
export type { Claims } from "./token/hs256.ts";
export type { LivekitKeyPair } from "./livekit/key-pair.ts";
export { signLivekitToken, type LivekitGrants, type LivekitVideoGrant } from "./livekit/access-token.ts";
export { verifyLivekitWebhook, type LivekitVerdict } from "./livekit/webhook.ts";
export { verifyTwilioRequest, type TwilioRequest } from "./twilio.ts";
export { sentryDsn } from "./sentry.ts";
