import { KeyturnError } from "../error.ts";

/**
 * Why a service does not start; the message has names and what was expected, never a value.
 * - `missing`: required, and absent or empty
 * - `malformed`: it has a value that is not what the contract says
 * - `contradiction`: the code reads it as something that the contract does not promise, whatever its value
 */
export interface Problem {
  readonly name: string;
  readonly kind: "missing" | "malformed" | "contradiction";
  readonly message: string;
}

export class EnvironmentError extends KeyturnError {
  override readonly name = "EnvironmentError";
  /** in the order of the contract */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("environment-refused", problems.map(({ message }) => message).join("\n"));
    this.problems = problems;
  }
}
