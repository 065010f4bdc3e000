import { dirname, relative } from "node:path";
import {
  readPortShift,
  serverPort,
  setPortShift,
  startDev,
  stopDev,
  takeDevLock,
  type Context,
  type DevResult,
} from "#operation";
import { AppError } from "#kernel";
import type { Call, Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { untilInterrupt } from "../until-interrupt.ts";
import { renderServing } from "../render/serving.ts";
import { renderDevResult, renderDevStage, type DevView } from "../render/dev.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--sample <file>", description: "dotenv file with sample values for what can't be generated" },
    {
      flags: "--serve",
      description: "the server and its console as well, on 127.0.0.1:7333 or as far behind it as the shift",
    },
    { flags: "--port-shift <number>", description: "move every port of the platform by this much; kept until changed" },
  ],
  description: "Stays until Ctrl-C, which stops everything that it started.",
  stopsItself: true,
  run: async (call) => {
    const context = await call.context();
    const release = await takeDevLock(context.home, context.environment);
    try {
      await keepShift(call, context);
      const result = await start(call, context);
      const fine = result.applied.kind !== "rolled-out" || result.applied.outcome.kind === "done";
      call.terminal.out.write(renderDevResult(result, view(call, context)));
      if (fine) await stay(call, context);
      return fine ? 0 : 1;
    } finally {
      await stop(call, context);
      await release();
    }
  },
};

async function stay(call: Call, context: Context): Promise<void> {
  const { options, terminal, json, signal } = call;
  if (!options.flag("serve")) return untilInterrupt(signal);
  const port = serverPort + readPortShift(context.home, context.environment);
  // vendors may be stand-ins on this machine
  const onTrouble = (line: string): void => terminal.err.write(line);
  const serving = await call.serve({ listen: `127.0.0.1:${port}`, nearby: true, onTrouble });
  try {
    if (!json) terminal.out.write(`\n${renderServing(serving, terminal.out.color)}`);
    await untilInterrupt(signal);
  } finally {
    await serving.close();
  }
}

/** With sample values it is a tour, and says what to try from the platform's own folder. */
function view({ json, terminal, options, place }: Call, { manifest }: Context): DevView {
  const base = { json, color: terminal.out.color };
  if (options.text("sample") === undefined) return base;
  const commands = options.flag("serve") ? forUsers : forHosts;
  return { ...base, tour: { folder: relative(place.folder, dirname(manifest)), commands } };
}

const forHosts = [
  "npx keyturn plan --rotate VOXCORE_SECRET",
  "npx keyturn rotate VOXCORE_SECRET",
  "npx keyturn explain VOXCORE_SECRET",
];

const forUsers = [
  "npx keyturn runtimes create carol",
  "npx keyturn settings set openai --private",
  "npx keyturn settings history openai",
];

async function keepShift({ options }: Call, context: Context): Promise<void> {
  const text = options.text("portShift");
  if (text === undefined) return;
  const shift = Number(text);
  if (!Number.isInteger(shift) || shift % 10 !== 0 || Math.abs(shift) > 50_000) {
    throw new AppError("USAGE", "--port-shift takes a multiple of ten", { hint: "for example --port-shift 1000" });
  }
  await setPortShift(context, shift);
}

function start(call: Call, context: Context): Promise<DevResult> {
  const { options, terminal, signal, json } = call;
  const sample = options.text("sample");
  return watched(call, (onEvent) =>
    startDev(context, {
      signal,
      onStage: (stage) => {
        if (!json) terminal.err.write(renderDevStage(stage, terminal.err.color));
      },
      onEvent,
      ...(sample === undefined ? {} : { sample }),
    }),
  );
}

async function stop({ terminal, json }: Call, context: Context): Promise<void> {
  const { stopped, killed } = await stopDev(context);
  if (json || stopped + killed === 0) return;
  const forced = killed === 0 ? "" : `, ${killed} of them by force`;
  terminal.err.write(`\nstopped ${stopped + killed} process${stopped + killed === 1 ? "" : "es"}${forced}\n`);
}
