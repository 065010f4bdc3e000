import type { SetResult } from "#operation";
import type { Call, Command } from "../command.ts";
import { readValue, valueAsArgument } from "../read-value.ts";
import { renderJson } from "../render/json.ts";
import { renderSet } from "../render/set.ts";
import { scopeOf, scopeOptions } from "../scope-option.ts";

export const command: Command = {
  arguments: [
    { form: "<name>", description: "name of the variable" },
    { form: "[value...]", description: "refused: arguments stay in the shell's history and show in process lists" },
  ],
  options: [
    ...scopeOptions,
    { flags: "--file <path>", description: "take the value from a file" },
    { flags: "--grant", description: "also give it to the services that ask for it without a grant" },
    { flags: "--undeclared", description: "also a name that no contract declares" },
    {
      flags: "--as-is",
      description: "also a provider's key that looks wrong, with nothing taken off, and a secret shorter than 8 bytes",
    },
  ],
  unknownOptions: true,
  description:
    "The value is asked for on a terminal, hidden, and read from standard input otherwise:\n" +
    "  pass show twilio | keyturn set TWILIO_AUTH_TOKEN\n" +
    "Exactly one final line feed of input or file is taken off, nothing else is changed; of a file variable not even that.\n" +
    "Of a provider's key (@provider, or a usual name) white space and quotes around it are taken off as well, and another\n" +
    "kind of key is refused.",
  run: async (call) => {
    const [name = "", ...rest] = call.arguments;
    if (rest.length > 0 || name.includes("=")) throw valueAsArgument();
    const { options } = call;
    const home = await call.home();
    const result = await home.setValue({
      name,
      scope: scopeOf(call),
      read: (exact) => readValue(call, name, { file: options.text("file"), exact }),
      undeclared: options.flag("undeclared"),
      asIs: options.flag("asIs"),
    });
    const granted = (await wantsGrant(call, name, result)) ? result.ungranted : [];
    await home.giveGrants(granted.map((one) => ({ service: one, name, kind: "hold" })));
    report(call, withGrants(result, granted));
    return 0;
  },
};

async function wantsGrant(call: Call, name: string, { ungranted }: SetResult): Promise<boolean> {
  if (ungranted.length === 0) return false;
  if (call.options.flag("grant")) return true;
  if (!call.terminal.interactive) return false;
  if (call.yes) return true;
  if (call.json) return false;
  const { confirm, isCancel } = await import("@clack/prompts");
  const answer = await confirm({
    message: `give ${name} to ${ungranted.join(", ")}?`,
    initialValue: true,
    output: process.stderr,
  });
  return !isCancel(answer) && answer;
}

/** A loader name needs its own grant besides, so it is not received yet. */
function withGrants(result: SetResult, granted: readonly string[]): SetResult {
  if (granted.length === 0) return result;
  return { ...result, receivers: [...result.receivers, ...granted], ungranted: [] };
}

function report({ terminal, json }: Call, result: SetResult): void {
  terminal.out.write(json ? renderJson(result) : renderSet(result, terminal.out.color));
}
