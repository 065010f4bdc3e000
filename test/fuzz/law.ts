import { AppError, errorCodes, type Finding } from "#kernel";

/** Stands in inputs where a value would; no reader may repeat it. No name of a variable, and looks like a secret. */
export const planted = "pl4Nted-S3cret-Zk9wQ7-xT2vB5mR8";

export type Outcome<Result> =
  | { readonly kind: "read"; readonly result: Result }
  | { readonly kind: "refused"; readonly error: AppError };

/** The first law: a reader answers, or ends with an error of the table. What it says of itself is looked at as well. */
export async function outcomeOf<Result>(read: () => Result | Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { kind: "read", result: await read() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    holds(Object.hasOwn(errorCodes, error.code), `${error.code} is in the table`);
    holds(error.code !== "INTERNAL", `refused as what it is, not as a defect of ours: ${error.message}`);
    checkTold(JSON.stringify(error.data));
    for (const text of [error.message, error.hint]) checkTold(text);
    checkFindings(error.findings);
    return { kind: "refused", error };
  } finally {
    holds(Object.keys(Object.prototype).length === 0, "Object.prototype is as it was");
  }
}

/** Findings quote no value, are fit for a terminal, bounded, and point into the text. */
export function checkFindings(findings: readonly Finding[], text?: string): void {
  const lines = text?.split("\n");
  holds(findings.length <= 7000 + 20 * (lines?.length ?? 0), `${findings.length} findings`);
  for (const { message, hint, position } of findings) {
    checkTold(message);
    if (hint !== undefined) checkTold(hint);
    if (position === undefined || lines === undefined) continue;
    const { line, column } = position;
    const length = Buffer.byteLength(lines[line - 1] ?? "") + 1;
    holds(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}`);
    holds(column >= 1 && column <= length, `column ${column} of ${length} in line ${line}`);
  }
}

/** One line of text that someone sees. */
export function checkTold(text: string): void {
  holds(!text.includes(planted), `the planted value is told: ${JSON.stringify(text)}`);
  holds(text.length <= 4000, `${text.length} characters in one message`);
  holds(!/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(text), `a control character is told: ${JSON.stringify(text)}`);
}

export function holds(condition: boolean, law: string): asserts condition {
  if (!condition) throw new Error(`does not hold: ${law}`);
}
