import { AppError } from "#kernel";
import type { RetireResult } from "#operation";
import type { Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { renderRetired, renderRetirement } from "../render/retire.ts";
import { scopeOf, scopeOptions } from "../scope-option.ts";

export const command: Command = {
  arguments: [{ form: "<name>", description: "name of the variable" }],
  options: [
    { flags: "--version <number>", description: "only this version; otherwise every one before the present" },
    { flags: "--compromised", description: "somebody else may know it: it can't be set again either" },
    ...scopeOptions,
  ],
  description:
    "Ends versions for good: no apply, rollback, way back or line of `host-rollback` brings them again, and each host\n" +
    "destroys the release before that holds one. Refused while a target still has or wants it, with the next step.\n" +
    "Exits with 2 when a host could not be cleaned now: the next apply there does it.",
  run: async (call) => {
    const { options, terminal, json } = call;
    const [name = ""] = call.arguments;
    const version = versionNumber(options.text("version"));
    const result = await (
      await call.home()
    ).retireValue({
      name,
      scope: scopeOf(call),
      compromised: options.flag("compromised"),
      confirm: async (retirement) => {
        if (!json) terminal.err.write(renderRetirement(retirement, terminal.err.color));
        return confirm(call, retirement.versions.length === 1 ? "end this version?" : "end these versions?");
      },
      ...(version === undefined ? {} : { version }),
    });
    terminal.out.write(json ? renderJson(result) : renderRetired(result, terminal.out.color));
    return exitOf(result);
  },
};

function versionNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^v?(\d{1,9})$/.exec(text);
  if (match === null) throw new AppError("USAGE", "--version takes a number, 3 for example");
  return Number(match[1]);
}

function exitOf(result: RetireResult): number {
  if (result.kind === "cancelled") return 130;
  if (result.kind === "nothing") return 0;
  return result.targets.some(({ kind }) => kind === "left") || result.retirement.away.length > 0 ? 2 : 0;
}
