import { AppError } from "#kernel";
import { prepareHosts, type PrepareHostsResult, type RootLogin } from "#operation";
import type { Call, Command, Options } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { renderPrepared, renderPreparation } from "../render/preparation.ts";

export const command: Command = {
  arguments: [
    { form: "[host...]", description: "hosts of the manifest; every one that is not excluded when none is named" },
  ],
  options: [
    { flags: "--as <user>", description: "log in as this user for the preparation, as in --as root" },
    { flags: "--via <address>", description: "log in at this ssh address instead; %h is the host's name" },
    {
      flags: "--deploy-user <name>",
      description: "the user that deploys log in as; otherwise the one that ssh would use",
    },
    {
      flags: "--take-over",
      description: "also takes this platform's targets there from another store, as root decides",
    },
  ],
  description:
    "What a host needs once: the helper, its allowlist, one sudo rule, users, folders, units. Shows every step and\n" +
    "asks; needs root there, by the login itself or by sudo. A second run changes nothing.\n" +
    "With --take-over it shows whose each target is, and this store may change them from then on; the other one may not.",
  run: async (call) => {
    const { terminal, options, json } = call;
    const deployUser = options.text("deployUser");
    const takeOver = options.flag("takeOver");
    if (takeOver && call.arguments.length === 0) {
      throw new AppError("USAGE", "--take-over needs the hosts by name", {
        hint: "keyturn hosts prepare HOST --take-over",
      });
    }
    const context = await call.context();
    const result = await watched(call, (onEvent) =>
      prepareHosts(context, {
        hosts: call.arguments,
        login: loginOf(options),
        takeOver,
        ...(deployUser === undefined ? {} : { deployUser }),
        confirm: async (plans) => {
          if (!json) terminal.err.write(renderPreparation(plans, terminal.err.color));
          return confirm(call, plans.length === 1 ? "prepare this host?" : `prepare these ${plans.length} hosts?`);
        },
        onEvent,
      }),
    );
    report(call, result);
    return exitOf(result);
  },
};

function loginOf(options: Options): RootLogin {
  const [user, pattern] = [options.text("as"), options.text("via")];
  if (user !== undefined && pattern !== undefined) {
    throw new AppError("USAGE", "--as and --via are two ways to log in", { hint: "give one of them" });
  }
  if (pattern !== undefined) return { kind: "address", pattern };
  return user === undefined ? { kind: "usual" } : { kind: "user", user };
}

function report({ terminal, json }: Call, result: PrepareHostsResult): void {
  terminal.out.write(json ? renderJson(result) : renderPrepared(result, terminal.out.color));
}

function exitOf(result: PrepareHostsResult): number {
  if (result.kind === "cancelled") return 130;
  return result.hosts.some(({ failure }) => failure !== undefined) ? 1 : 0;
}
