import { listValues } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderList } from "../render/list.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--service <name>", description: "only what reaches this service" },
    { flags: "--host <name>", description: "only what reaches this host" },
  ],
  run: async ({ options, terminal, json, ...call }) => {
    const [service, host] = [options.text("service"), options.text("host")];
    const context = await call.context();
    const values = await listValues(context, {
      ...(service === undefined ? {} : { service }),
      ...(host === undefined ? {} : { host }),
    });
    terminal.out.write(json ? renderJson({ values }) : renderList(values, context.clock.now(), terminal.out.color));
    return 0;
  },
};
