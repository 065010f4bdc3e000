import { AppError, errorCodes } from "#kernel";
import type { Terminal } from "../terminal.ts";
import { renderFindings } from "./finding.ts";

/** Says what went wrong and what to do next, and gives the exit code. An unexpected error's own text is never shown. */
export function renderError(terminal: Terminal, error: unknown, json: boolean): number {
  const known = error instanceof AppError ? error : internal(error);
  if (json) {
    const { code, message, hint, findings, data } = known;
    terminal.out.write(`${JSON.stringify({ error: { code, message, hint, findings, ...data } }, null, 2)}\n`);
    return known.exit;
  }
  const { err } = terminal;
  if (known.findings.length > 0) err.write(renderFindings(known.findings, err.color));
  err.write(`keyturn: ${err.color.red("error:")} ${known.message}\n`);
  err.write(`keyturn: hint: ${known.hint}\n`);
  return known.exit;
}

/** Its message may hold anything, a value too: only its type and the place in our own code are told. */
function internal(error: unknown): AppError {
  const name = error instanceof Error ? error.name : typeof error;
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const place = /\b((?:src|dist)\/[\w/.-]+:\d+)/.exec(stack)?.[1];
  const message = `unexpected ${name}${place === undefined ? "" : ` at ${place}`}`;
  return new AppError("INTERNAL", message, { hint: errorCodes.INTERNAL.hint, cause: error });
}
