import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { completionScripts } from "../render/completion.ts";

export const command: Command = {
  arguments: [{ form: "<shell>", description: "bash, zsh or fish" }],
  options: [],
  description:
    "Completes verbs, options, and the names of services, hosts and variables:\n" +
    "  bash: source <(keyturn completion bash), in ~/.bashrc\n" +
    "  zsh:  source <(keyturn completion zsh), in ~/.zshrc behind compinit\n" +
    "  fish: keyturn completion fish > ~/.config/fish/completions/keyturn.fish",
  here: true,
  run: async ({ arguments: [shell = ""], terminal }) => {
    const script = new Map(Object.entries(completionScripts)).get(shell);
    if (script === undefined) {
      throw new AppError("USAGE", `no completion for ${shell}`, { hint: "there are bash, zsh and fish" });
    }
    terminal.out.write(script);
    return 0;
  },
};
