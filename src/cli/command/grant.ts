import { AppError } from "#kernel";
import type { GrantKey } from "#operation";
import type { Call, Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderGiven, renderGrants, renderRevoked, renderWishes } from "../render/grant.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [
    { form: "[service]", description: "name of the service" },
    { form: "[name...]", description: "names of variables" },
  ],
  options: [
    { flags: "--loader", description: "a name that steers what programs load, as PATH or NODE_OPTIONS" },
    { flags: "--clear", description: "the value may lose @sensitive" },
    { flags: "--revoke", description: "take the grant back" },
    { flags: "--missing", description: "show everything asked for without a grant, and give it" },
  ],
  description:
    "Contracts ask, grants authorise: a service gets a stored value only with a grant.\n" +
    "Without arguments: what was granted, and what is asked for.",
  run: async (call) => {
    if (call.options.flag("missing")) return grantMissing(call);
    const [service, ...names] = call.arguments;
    if (service === undefined) return showAll(call);
    if (names.length === 0) {
      throw new AppError("USAGE", "a grant needs a service and a name", { hint: "keyturn grant SERVICE NAME" });
    }
    const kind = kindOf(call);
    const keys = names.map((name) => ({ service, name, kind }));
    return call.options.flag("revoke") ? revoke(call, keys) : give(call, keys);
  },
};

function kindOf({ options }: Call): GrantKey["kind"] {
  if (options.flag("loader") && options.flag("clear"))
    throw new AppError("USAGE", "--loader and --clear are two grants");
  return options.flag("loader") ? "loader" : options.flag("clear") ? "clear" : "hold";
}

async function showAll({ terminal, json, ...call }: Call): Promise<number> {
  const list = await (await call.home()).listGrants();
  terminal.out.write(json ? renderJson(list) : renderGrants(list, terminal.out.color));
  return 0;
}

async function give({ terminal, json, ...call }: Call, keys: readonly GrantKey[]): Promise<number> {
  const grants = await (await call.home()).giveGrants(keys);
  terminal.out.write(json ? renderJson({ grants }) : renderGiven(grants, terminal.out.color));
  return 0;
}

async function revoke({ terminal, json, ...call }: Call, keys: readonly GrantKey[]): Promise<number> {
  const home = await call.home();
  const grants = [];
  for (const key of keys) grants.push({ ...key, revoked: await home.revokeGrant(key) });
  terminal.out.write(json ? renderJson({ grants }) : renderRevoked(grants));
  return 0;
}

/** Loader names and lost sensitivity are never given in bulk. */
async function grantMissing(call: Call): Promise<number> {
  const { terminal, json } = call;
  const home = await call.home();
  const { wishes } = await home.listGrants();
  if (!json) terminal.err.write(renderWishes(wishes, terminal.err.color));
  const keys = wishes.filter(({ kind }) => kind === "hold");
  const go = keys.length > 0 && (await confirm(call, keys.length === 1 ? "give it?" : `give these ${keys.length}?`));
  const grants = go ? await home.giveGrants(keys.map(({ service, name, kind }) => ({ service, name, kind }))) : [];
  const left = wishes.filter((wish) => !go || wish.kind !== "hold");
  if (json) terminal.out.write(renderJson({ grants, wishes: left }));
  else if (grants.length > 0) terminal.out.write(renderGiven(grants, terminal.out.color));
  return left.length > 0 ? 2 : 0;
}
