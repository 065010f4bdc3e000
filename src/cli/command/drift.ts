import { findDrift } from "#operation";
import type { Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { renderDrift } from "../render/drift.ts";
import { renderFindings } from "../render/finding.ts";
import { renderJson } from "../render/json.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [],
  description: "Store, file on the host and running process, compared. Exits with 2 when they differ.",
  run: async (call) => {
    const { arguments: part, terminal, json } = call;
    const context = await call.context();
    const result = await watched(call, (onLook) => findDrift(context, part, onLook));
    if (json) terminal.out.write(renderJson(result));
    else {
      terminal.err.write(renderFindings(result.findings, terminal.err.color));
      terminal.out.write(renderDrift(result, terminal.out.color));
    }
    return result.drift.length === 0 ? 0 : 2;
  },
};
