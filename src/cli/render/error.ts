import { AppError, errorCodes, withoutPasted } from "#kernel";
import type { Terminal } from "../terminal.ts";
import { renderFindings } from "./finding.ts";

export interface Asked {
  readonly json: boolean;
  /** of the command line: what looks like a value in them is not repeated */
  readonly words: readonly string[];
}

/** Says what went wrong and what to do next, and gives the exit code. An unexpected error's own text is never shown. */
export function renderError({ out, err }: Terminal, error: unknown, { json, words }: Asked): number {
  const known = error instanceof AppError ? error : internal(error);
  const { code, message, hint, findings, data } = known;
  if (json) {
    const text = JSON.stringify({ error: { code, message, hint, findings, ...data } }, null, 2);
    out.write(`${withoutPasted(text, words)}\n`);
    return known.exit;
  }
  const told = renderFindings(findings, err.color) + `keyturn: ${err.color.red("error:")} ${message}\n`;
  err.write(withoutPasted(`${told}keyturn: hint: ${hint}\n`, words));
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
