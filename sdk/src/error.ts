/**
 * - `environment-refused`: the process environment is not what the contract says
 * - `key-missing`: there is nothing to sign or to compare with
 * - `key-short`: a key below the 32 bytes that HMAC-SHA256 asks for
 * - `time-malformed`: what should be a time is none
 * - `name-invalid`: a word that goes into a signed text is empty, or could be read as two
 * - `dsn-malformed`: what is there is no DSN
 */
export type ErrorCode =
  | "environment-refused"
  | "key-missing"
  | "key-short"
  | "time-malformed"
  | "name-invalid"
  | "dsn-malformed";

/** A service is set up wrongly, or calls this package wrongly. What somebody presented is never an error: it is refused. */
export class KeyturnError extends Error {
  override readonly name: string = "KeyturnError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
