import { attempt, type RunOptions } from "../lab/run.ts";

/** Runs a program to its end; one that fails has no time worth telling. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await attempt(argv, options);
  if (status === 0) return stdout;
  throw new Error(`${argv.slice(0, 4).join(" ")} ended with ${status}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
}
