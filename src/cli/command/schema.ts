import { manifestJsonSchema } from "#operation";
import type { Command } from "../command.ts";

export const command: Command = {
  arguments: [],
  options: [],
  description:
    "For completion and checks in an editor:\n" +
    "  keyturn schema > keyturn.schema.json\n" +
    "and as first line of keyturn.yaml: # yaml-language-server: $schema=./keyturn.schema.json",
  here: true,
  run: async ({ terminal }) => {
    terminal.out.write(manifestJsonSchema());
    return 0;
  },
};
