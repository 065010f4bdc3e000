import { listHosts } from "#operation";
import type { Command } from "../command.ts";
import { renderHosts } from "../render/hosts.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [],
  options: [],
  description: "Asks every host; changes nothing.",
  run: async ({ terminal, json, ...call }) => {
    const hosts = await listHosts(await call.context());
    terminal.out.write(json ? renderJson({ hosts }) : renderHosts(hosts, terminal.out.color));
    return 0;
  },
};
