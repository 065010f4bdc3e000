import type { RollbackProposal, RollbackResult } from "#operation";
import { AppError, errorCodes } from "#kernel";
import type { Call, Command } from "../command.ts";
import { tellChange } from "../confirm-plan.ts";
import { applyExit } from "../exit.ts";
import { watched } from "../progress/watch.ts";
import { confirm } from "../prompt.ts";
import { renderJson } from "../render/json.ts";
import { renderOutcome } from "../render/outcome.ts";
import { renderRollback } from "../render/rollback.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [
    { flags: "--to <release>", description: "r3: the release to go back to; otherwise the last good one before" },
    { flags: "--override-freeze <reason>", description: "go back in a freeze window all the same; the reason is kept" },
  ],
  description: "The earlier values become new versions and roll out like any change; nothing of the history is lost.",
  stopsItself: true,
  run: async (call) => {
    const { terminal, options, json } = call;
    const overrideFreeze = options.text("overrideFreeze");
    const to = releaseNumber(options.text("to"));
    const home = await call.home();
    const confirm = confirmRollback(call);
    const result = await watched(call, (onEvent) =>
      home.rollBack({
        part: call.arguments,
        signal: call.signal,
        onEvent,
        confirm,
        ...(to === undefined ? {} : { to }),
        ...(overrideFreeze === undefined ? {} : { overrideFreeze }),
      }),
    );
    terminal.out.write(json ? renderJson(result) : resultText(call, result));
    return exitOf(result);
  },
};

function releaseNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^r?(\d{1,9})$/.exec(text);
  if (match === null) throw new AppError("USAGE", "--to takes a release, r3 for example");
  return Number(match[1]);
}

function confirmRollback({ json, terminal, yes }: Call): (proposal: RollbackProposal) => Promise<boolean> {
  const again = tellChange({ json, terminal });
  return async (proposal) => {
    again();
    if (!json) terminal.err.write(renderRollback(proposal, terminal.err.color));
    return confirm({ yes, terminal }, `go back to r${proposal.release}?`);
  };
}

function resultText({ terminal }: Call, result: RollbackResult): string {
  return result.kind === "cancelled" ? "nothing was changed\n" : renderOutcome(result.applied, terminal.out.color);
}

function exitOf(result: RollbackResult): number {
  return result.kind === "cancelled" ? errorCodes.CANCELLED.exit : applyExit(result.applied);
}
