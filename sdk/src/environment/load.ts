import { readFileSync } from "node:fs";
import { checkEnvironment, type Environment, type Readings } from "./check.ts";
import { readContract } from "./contract/contract.ts";
import type { Variables } from "./effective.ts";
import { EnvironmentError } from "./problem.ts";
import { readRegularFile } from "./regular-file.ts";

/**
 * Checks the process environment against the service's `.env.example`, all of it, and gives the variables that `readings`
 * names, each as what it is read as.
 *
 * Throws an `EnvironmentError` that names every variable that is missing, malformed or read in a way that the contract does
 * not promise. Throws what the file system throws when the contract can't be read.
 */
export function loadEnvironment<const R extends Readings>(
  contract: string | URL,
  readings: R,
  variables: Variables = process.env,
): Environment<R> {
  const checked = checkEnvironment(readContract(readFileSync(contract, "utf8")), {
    variables,
    readings,
    readFile: readRegularFile,
  });
  if (checked.kind === "refused") throw new EnvironmentError(checked.problems);
  return checked.environment;
}

/** sysexits.h: something was found in an unconfigured or misconfigured state */
const misconfigured = 78;

/** As `loadEnvironment`; ends the process with 78 and a line for each problem: a half-configured service never listens. */
export function loadEnvironmentOrExit<const R extends Readings>(
  service: string,
  contract: string | URL,
  readings: R,
): Environment<R> {
  try {
    return loadEnvironment(contract, readings);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    for (const { message } of error.problems) process.stderr.write(`${service}: error: ${message}\n`);
    process.stderr.write(`${service}: hint: .env.example says what each variable is and where it comes from\n`);
    return process.exit(misconfigured);
  }
}
