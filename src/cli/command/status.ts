import { renderJson } from "../render/json.ts";
import type { Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { renderFindings } from "../render/finding.ts";
import { renderStatus } from "../render/status.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [],
  description: "Exits with 2 when something is not as the store says.",
  run: async (call) => {
    const { arguments: part, terminal, json } = call;
    const home = await call.home();
    const result = await watched(call, (onLook) => home.platformStatus(part, onLook));
    if (json) terminal.out.write(renderJson(result));
    else {
      terminal.err.write(renderFindings(result.findings, terminal.err.color));
      terminal.out.write(renderStatus(result, terminal.out.color));
    }
    const fine = result.rows.every(
      ({ differences, health }) => differences.length === 0 && health.kind !== "unhealthy",
    );
    return fine ? 0 : 2;
  },
};
