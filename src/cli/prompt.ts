import { AppError } from "#kernel";
import type { Call } from "./command.ts";

/** Asks yes or no, no by default. Without a person there is nobody to ask: then `--yes` is needed. */
export async function confirm({ yes, terminal }: Pick<Call, "yes" | "terminal">, question: string): Promise<boolean> {
  if (yes) return true;
  if (!terminal.interactive) {
    throw new AppError("USAGE", "there is no terminal to ask on", { hint: "look at `keyturn plan`, then give --yes" });
  }
  const { confirm: ask, isCancel } = await import("@clack/prompts");
  const answer = await ask({ message: question, initialValue: false, output: process.stderr });
  return !isCancel(answer) && answer;
}

/** Only where there is someone to ask. CANCELLED where they don't answer. */
export async function askText(message: string): Promise<string> {
  const { text, isCancel } = await import("@clack/prompts");
  const answer = await text({ message, output: process.stderr });
  if (isCancel(answer)) throw new AppError("CANCELLED", "nothing was written");
  return answer ?? "";
}
