import { AppError } from "#kernel";
import type { Call, Command } from "../command.ts";
import { askText } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { renderAcceptedFinding } from "../render/kept-finding.ts";

export const command: Command = {
  arguments: [{ form: "<number>", description: "of `keyturn findings`" }],
  options: [
    { flags: "--reason <text>", description: "why it may stand" },
    { flags: "--until <day>", description: "the last day, as 2027-01-31, at most a year away" },
  ],
  description:
    "Never one of a value that is live: rotate it first, then accept the place where the old value stays. Behind the last day\n" +
    "it counts again. `keyturn scan` itself goes by keyturn.accepted.yaml: `keyturn scan --accept`.",
  run: async (call) => {
    const { terminal, json, options } = call;
    const [number = ""] = call.arguments;
    if (!/^[1-9]\d{0,8}$/.test(number)) throw new AppError("USAGE", "a finding is a number, 3 for example");
    const reason = options.text("reason") ?? (await ask(call, "--reason", "why may it stand?"));
    const until = options.text("until") ?? (await ask(call, "--until", "until which day?"));
    const accepted = await (await call.home()).acceptFinding({ id: Number(number), reason, until });
    terminal.out.write(json ? renderJson(accepted) : renderAcceptedFinding(accepted, terminal.out.color));
    return 0;
  },
};

async function ask({ terminal, json }: Call, flag: string, message: string): Promise<string> {
  if (!json && terminal.interactive) return askText(message);
  throw new AppError("USAGE", "to accept wants a reason and a last day", { hint: `say it with ${flag}` });
}
