import { renderJson } from "../render/json.ts";
import type { ApplyResult, Remainder } from "#operation";
import { AppError } from "#kernel";
import type { Call, Command } from "../command.ts";
import { confirmPlan } from "../confirm-plan.ts";
import { applyExit } from "../exit.ts";
import { watched } from "../progress/watch.ts";
import { confirm } from "../prompt.ts";
import { renderOutcome } from "../render/outcome.ts";
import { renderRemainder } from "../render/remainder.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [
    { flags: "--source <where>", description: "take values from here first: env, dotenv:FILE, files:FOLDER" },
    { flags: "--override-freeze <reason>", description: "deploy in a freeze window all the same; the reason is kept" },
    { flags: "--resume", description: "go on with the rollout that was stopped or killed, as it was confirmed" },
    { flags: "--return", description: "take back what the rollout changed that was stopped or killed" },
  ],
  description:
    "Shows the plan and asks; goes back by itself on every host when a gate fails. Ctrl-C stops after the step at work.",
  stopsItself: true,
  run: async (call) => {
    const result = await (isAboutInterrupted(call) ? endInterrupted(call) : begin(call));
    await report(call, result);
    return applyExit(result);
  },
};

function isAboutInterrupted({ options, arguments: part }: Call): boolean {
  const [resume, back] = [options.flag("resume"), options.flag("return")];
  if (!resume && !back) return false;
  if (resume && back) throw new AppError("USAGE", "--resume goes on and --return goes back: choose one");
  const more = ["source", "overrideFreeze"].some((name) => options.text(name) !== undefined);
  if (part.length > 0 || more) {
    throw new AppError("USAGE", "an interrupted rollout is gone on with, or taken back, as it was confirmed", {
      hint: "leave out all but --resume or --return",
    });
  }
  return true;
}

async function endInterrupted(call: Call): Promise<ApplyResult> {
  const { terminal, options, json, signal } = call;
  const home = await call.home();
  const [end, question] = options.flag("resume")
    ? [home.resumeRollout, "go on with it?"]
    : [home.takeRolloutBack, "take back what it changed?"];
  const ask = async (remainder: Remainder): Promise<boolean> => {
    if (!json) terminal.err.write(renderRemainder(remainder, terminal.err.color));
    return confirm(call, question);
  };
  return watched(call, (onEvent) => end({ signal, onEvent, confirm: ask }));
}

async function begin(call: Call): Promise<ApplyResult> {
  const { options } = call;
  const source = options.text("source");
  const overrideFreeze = options.text("overrideFreeze");
  const home = await call.home();
  return watched(call, (onEvent) =>
    home.applyPlatform({
      part: call.arguments,
      signal: call.signal,
      onEvent,
      confirm: confirmPlan(call, "apply this?"),
      ...(source === undefined ? {} : { source }),
      ...(overrideFreeze === undefined ? {} : { overrideFreeze }),
    }),
  );
}

/** Behind one that was stopped it is told what has changed where, and what has not. */
async function report({ terminal, json, home }: Call, result: ApplyResult): Promise<void> {
  if (json) return terminal.out.write(renderJson(result));
  const stopped = "outcome" in result && result.outcome.kind === "stopped";
  if (stopped) terminal.out.write(renderRemainder(await (await home()).findRemainder(), terminal.out.color));
  terminal.out.write(renderOutcome(result, terminal.out.color));
}
