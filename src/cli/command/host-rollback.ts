import { returnLines } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderReturnLines } from "../render/return-lines.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [],
  description:
    "For a host where neither Keyturn nor its helper can be reached: one line for each target, to be pasted into a shell of\n" +
    "root there. It brings the file from before back, restarts what reads it, and tells what it did, or why nothing. Needs\n" +
    "the manifest only, holds no value, and changes nothing by being printed. `keyturn docs` has the lines in its runbook.",
  run: async ({ arguments: part, context, terminal, json }) => {
    const lines = await returnLines(await context(), part);
    terminal.out.write(json ? renderJson({ lines }) : renderReturnLines(lines));
    return 0;
  },
};
