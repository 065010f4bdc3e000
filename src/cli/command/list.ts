import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderList } from "../render/list.ts";
import { scopeOf } from "../scope-option.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--service <name>", description: "only what reaches this service" },
    { flags: "--host <name>", description: "only what reaches this host" },
  ],
  run: async ({ options, terminal, json, ...call }) => {
    const home = await call.home();
    const values = await home.listValues(scopeOf({ options }));
    terminal.out.write(json ? renderJson({ values }) : renderList(values, call.clock.now(), terminal.out.color));
    return 0;
  },
};
