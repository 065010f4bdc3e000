import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ErrorCode } from "#kernel";

const statuses: Partial<Readonly<Record<ErrorCode, ContentfulStatusCode>>> = {
  USAGE: 400,
  NAME_INVALID: 400,
  REQUEST_INVALID: 400,
  LOGIN_NEEDED: 401,
  LOGIN_REFUSED: 401,
  LINK_INVALID: 403,
  PERMISSION_DENIED: 403,
  REQUEST_FOREIGN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  LEASE_HELD: 409,
  SETTINGS_CHANGED: 409,
  FROZEN: 409,
  ROLLOUT_STATE: 409,
  ROLLOUT_CHANGED: 409,
  HOST_FENCED: 409,
  REQUEST_TOO_LARGE: 413,
  PASSWORD_WEAK: 422,
  PASSKEY_INVALID: 422,
  SETTING_REFUSED: 422,
  SETTING_UNVERIFIED: 422,
  CONTRACT_INVALID: 422,
  MANIFEST_INVALID: 422,
  VALUES_INVALID: 422,
  VALUE_UNCARRIABLE: 422,
  MANIFEST_MISSING: 422,
  LOGIN_LOCKED: 429,
  RUNTIME_FAILED: 502,
  HOST_UNREACHABLE: 502,
  HOST_UNPREPARED: 502,
  HOST_REFUSED: 502,
  HOST_KEY_UNKNOWN: 502,
  HOST_KEY_CHANGED: 502,
  HOST_ANSWER_BROKEN: 502,
  CANCELLED: 503,
  SERVER_BUSY: 503,
  STORE_BUSY: 503,
  STORE_UNREACHABLE: 503,
};

/** What a client can do something about; everything else is the server's own trouble. */
export function statusOf(code: ErrorCode): ContentfulStatusCode {
  return statuses[code] ?? 500;
}
