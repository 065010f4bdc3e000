import { completionNames, environmentNames, type CompletionNames } from "#operation";
import { candidatesFor } from "../candidate.ts";
import type { Call, Command } from "../command.ts";

/** Behind the shells' completion; never fails, since its words are half a command. */
export const command: Command = {
  arguments: [{ form: "<command...>", description: "the words so far, the one under the cursor last" }],
  options: [],
  here: true,
  run: async (call) => {
    const candidates = await candidatesFor(call.arguments, () => names(call));
    const lines = candidates.map(({ text, description }) => `${text}\t${description}\n`);
    call.terminal.out.write(lines.join(""));
    return 0;
  },
};

/** Of every environment, so that nothing has to be chosen first. */
async function names(call: Call): Promise<CompletionNames & { readonly environments: readonly string[] }> {
  const environments = await environmentNames(await call.context()).catch(() => []);
  const all: CompletionNames[] = [];
  for (const environment of environments) {
    const found = await completionNames(await call.context({ environment })).catch(() => undefined);
    if (found !== undefined) all.push(found);
  }
  const union = (key: keyof CompletionNames) => [...new Set(all.flatMap((one) => one[key]))];
  return {
    environments,
    services: union("services"),
    hosts: union("hosts"),
    variables: union("variables"),
    targets: union("targets"),
  };
}
