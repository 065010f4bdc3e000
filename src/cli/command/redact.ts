import { maskStream } from "#operation";
import type { Command } from "../command.ts";
import { chosenEnvironment } from "../environment-choice.ts";

export const command: Command = {
  arguments: [],
  options: [],
  description:
    "Copies standard input to standard output and replaces each secret of the store by its name, in any encoding, however\n" +
    "the bytes come: `build 2>&1 | keyturn redact`. Everything else passes as it is, at once; only bytes that may begin a\n" +
    "secret wait for the next ones. Of each environment unless --env names one.",
  run: async (call) => {
    const { terminal } = call;
    const context = await call.context();
    const { mask, unsearchable, unopened } = await maskStream(context, chosenEnvironment(call, context));
    const unmasked = [...unsearchable, ...unopened];
    if (unmasked.length > 0) {
      terminal.err.write(`keyturn: not masked, too short or not to be opened: ${unmasked.join(", ")}\n`);
    }
    for await (const chunk of terminal.input) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, "utf8") : chunk;
      if (!(await terminal.out.writeBytes(mask.write(bytes)))) return 0;
    }
    await terminal.out.writeBytes(mask.end());
    return 0;
  },
};
