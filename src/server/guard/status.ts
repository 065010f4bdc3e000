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
  REQUEST_TOO_LARGE: 413,
  PASSWORD_WEAK: 422,
  CONTRACT_INVALID: 422,
  MANIFEST_INVALID: 422,
  MANIFEST_MISSING: 422,
  LOGIN_LOCKED: 429,
  STORE_BUSY: 503,
};

/** What a client can do something about; everything else is the server's own trouble. */
export function statusOf(code: ErrorCode): ContentfulStatusCode {
  return statuses[code] ?? 500;
}
