import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { AppError } from "#kernel";
import { hookNames, lookAtBrought, type LookRequest } from "#operation";
import type { Call, Command } from "../command.ts";
import { renderVerdict } from "../render/hook.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [
    { form: "<hook>", description: hookNames.join(", ") },
    { form: "[remote]", description: "where a push goes, as Git names it" },
  ],
  options: [
    {
      flags: "--kit <file>",
      description: "a file of `keyturn scan-kit export`, where no store is on this machine; KEYTURN_URL confirms",
    },
  ],
  description:
    "What an installed hook calls, in the folder and with the standard input that Git gives it. Quiet where nothing speaks\n" +
    "against the commit or push; otherwise it tells what to do and where it is, and exits with 2.",
  here: true,
  run: async (call) => {
    const { terminal, json, place, arguments: words } = call;
    const [name, remote] = words;
    const hook = hookNames.find((one) => one === name);
    if (hook === undefined) throw new AppError("USAGE", `there is no hook ${name}`, { hint: hookNames.join(", ") });
    const input = hook === "pre-commit" || terminal.input.isTTY ? "" : await text(terminal.input);
    const here = (await call.away()) === undefined;
    const request = {
      hook,
      folder: place.folder,
      input,
      here,
      ...(remote === undefined ? {} : { remote }),
      ...kitOf(call, here),
    };
    const verdict = await lookAtBrought(await call.context(), request);
    if (json) terminal.out.write(renderJson(verdict));
    else terminal.err.write(renderVerdict(verdict, terminal.err.color));
    return verdict.kind === "looked" && verdict.refused ? 2 : 0;
  },
};

function kitOf(call: Call, here: boolean): Pick<LookRequest, "kit"> {
  const file = call.options.text("kit");
  if (file === undefined) return {};
  const kit = { file: resolve(call.place.folder, file) };
  if (here) return { kit };
  return { kit: { ...kit, confirm: async (asked) => (await call.home()).confirmCandidates(asked) } };
}
