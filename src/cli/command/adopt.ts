import { adoptHosts, type AdoptResult } from "#operation";
import type { Call, Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderAdopted, renderAdoption } from "../render/adoption.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [
    { form: "<host...>", description: "hosts to take over together: a value that most of them share is kept once" },
  ],
  options: [{ flags: "--drop-foreign", description: "go on although files hold names that no contract has" }],
  description:
    "Reads today's files and processes, keeps what the contracts ask for, grants it, and tells each host that this is\n" +
    "its release. Touches no file and restarts nothing; needs `hosts prepare` first.",
  run: async (call) => {
    const { terminal, json } = call;
    const result = await adoptHosts(await call.context(), {
      hosts: call.arguments,
      dropForeign: call.options.flag("dropForeign"),
      onFound: (adoption) => {
        if (!json) terminal.err.write(renderAdoption(adoption, terminal.err.color));
      },
      confirm: () => confirm(call, "take this over?"),
    });
    report(call, result);
    if (result.kind === "cancelled") return 130;
    return result.kind === "adopted" && result.plan.changes.length > 0 ? 2 : 0;
  },
};

function report({ terminal, json }: Call, result: AdoptResult): void {
  terminal.out.write(json ? renderJson(result) : renderAdopted(result, terminal.out.color));
}
