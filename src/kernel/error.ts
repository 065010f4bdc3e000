import { errorCodes, type ErrorCode } from "./error-code.ts";

/** A place in a text file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a reader of contracts, manifests and values has to say. Never holds a value. */
export interface Finding {
  readonly severity: "error" | "warning" | "notice";
  /** kebab-case and stable: tests and `--json` consumers rely on it */
  readonly code: string;
  /** lower case, no full stop, names the thing */
  readonly message: string;
  readonly position?: Position;
  readonly hint?: string;
}

export interface AppErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly findings?: readonly Finding[];
  /** facts for `--json`; never values */
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * The one failure type. Thrown where the outside thing was called and classified there, by status or code, never by
 * message text. An expected outcome is a return value instead.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly findings: readonly Finding[];
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorCodes[code].hint;
    this.findings = options.findings ?? [];
    this.data = options.data ?? {};
  }

  get exit(): number {
    return errorCodes[this.code].exit;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** For the `default` of a switch over a union: compiles only when every kind was handled. */
export function unreachable(value: never): never {
  throw new AppError("INTERNAL", `unexpected kind ${(value as { kind?: string }).kind ?? "without a name"}`);
}

/** `ENOENT` and its like, where the system gave one. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** `file:line:column`, the form editors make clickable. */
export function formatPosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`;
}
