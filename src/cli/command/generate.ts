import { AppError } from "#kernel";
import type { Generated } from "#operation";
import type { Command } from "../command.ts";
import { renderGenerated } from "../render/generated.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "[name...]", description: "names of variables" }],
  options: [
    { flags: "--missing", description: "everything required that has a @generate rule and no value" },
    { flags: "--new-version", description: "make a new version where there is a value" },
    { flags: "--grant", description: "also give it to the services that ask for it without a grant" },
  ],
  description: "Follows @generate in the contract; a secret text without a rule becomes 32 random bytes in base64url.",
  run: async ({ arguments: names, options, terminal, json, ...call }) => {
    const missing = options.flag("missing");
    if (names.length === 0 && !missing) {
      throw new AppError("USAGE", "nothing was named to generate", { hint: "name variables, or give --missing" });
    }
    const home = await call.home();
    const made = await home.generateValues({ names, missing, newVersion: options.flag("newVersion") });
    const results = options.flag("grant") ? made.map(granted) : made;
    if (options.flag("grant")) await home.giveGrants(made.flatMap(missingGrants));
    terminal.out.write(json ? renderJson({ values: results }) : renderGenerated(results, terminal.out.color));
    return 0;
  },
};

function missingGrants(one: Generated) {
  if (one.kind !== "generated") return [];
  return one.ungranted.map((service) => ({ service, name: one.name, kind: "hold" as const }));
}

function granted(one: Generated): Generated {
  if (one.kind !== "generated") return one;
  return { ...one, receivers: [...one.receivers, ...one.ungranted], ungranted: [] };
}
