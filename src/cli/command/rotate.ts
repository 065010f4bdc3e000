import { AppError, errorCodes } from "#kernel";
import { readPairText, type ContinueResult, type RotationPlan } from "#operation";
import type { Issuance, Rotation } from "#store";
import type { Call, Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { confirm } from "../prompt.ts";
import { readInput, readValue, valueAsArgument } from "../read-value.ts";
import { renderJson } from "../render/json.ts";
import { renderIssuance, renderOpenRotation, renderRotation, renderRotationPlan } from "../render/rotation.ts";
import { scopeOf, scopeOptions } from "../scope-option.ts";

export const command: Command = {
  arguments: [
    { form: "<name>", description: "name of the variable" },
    { form: "[value...]", description: "refused: arguments stay in the shell's history and show in process lists" },
  ],
  options: [
    ...scopeOptions,
    {
      flags: "--value",
      description:
        "asks for the new value, or reads standard input, of a pair both as NAME=value lines; otherwise the manifest's issuer or the contract's rule makes it",
    },
    {
      flags: "--as-is",
      description:
        "with --value: also a provider's key that looks wrong, with nothing taken off, and a secret shorter than 8 bytes",
    },
    { flags: "--private", description: "with --value: its provider may be asked at an address in a private network" },
    {
      flags: "--compromised",
      description:
        "somebody else may know it: no overlap, everywhere at once; calls fail meanwhile; also of one that is open already",
    },
    { flags: "--continue", description: "go on with the rotation that was stopped, failed or killed" },
    { flags: "--back", description: "take it back: everything gets the value before again" },
    { flags: "--wait <seconds>", description: "how long to wait until nothing presents the old value any more: 300" },
  ],
  description:
    "Gives a secret another value in everything that holds it, without a failed call: verifiers take both values,\n" +
    "presenters switch, verifiers forget, each behind proof of the one before; then the old value ends for good.\n" +
    "`keyturn plan --rotate NAME` shows all of it first. Exits with 2 where it stays open and waits for a person.",
  stopsItself: true,
  run: async (call) => {
    const [name = "", ...rest] = call.arguments;
    if (rest.length > 0 || name.includes("=")) throw valueAsArgument();
    const result = await (isAboutOpen(call) ? end(call, name) : begin(call, name));
    const { terminal, json } = call;
    terminal.out.write(json ? renderJson(result) : renderRotation(result, terminal.out.color));
    return "unrevoked" in result ? exits.unrevoked : exits[result.kind];
  },
};

const exits = {
  rotated: 0,
  returned: 1,
  held: 2,
  revoked: 0,
  unrevoked: 2,
  left: errorCodes.CANCELLED.exit,
  cancelled: errorCodes.CANCELLED.exit,
} as const satisfies Record<ContinueResult["kind"], number>;

function isAboutOpen({ options }: Call): boolean {
  const [on, back] = [options.flag("continue"), options.flag("back")];
  if (on && back) throw new AppError("USAGE", "--continue goes on and --back goes back: choose one");
  if ((on || back) && (options.flag("value") || options.flag("compromised"))) {
    throw new AppError("USAGE", "an open rotation is gone on with, or taken back, as it was begun", {
      hint: "leave out all but --continue or --back; --compromised alone makes an emergency of it",
    });
  }
  return on || back;
}

async function begin(call: Call, name: string): Promise<ContinueResult> {
  const { options, terminal, json, signal } = call;
  const home = await call.home();
  const question = { name, scope: scopeOf(call), compromised: options.flag("compromised") };
  const value = options.flag("value")
    ? await readGiven(call, await home.planRotation(question, { given: true }))
    : undefined;
  const ask = async (plan: RotationPlan): Promise<boolean> => {
    if (!json) terminal.err.write(renderRotationPlan(plan, terminal.err.color));
    return confirm(call, plan.compromised ? `rotate ${name} now, with that outage?` : `rotate ${name}?`);
  };
  return watched(call, (onEvent) =>
    home.rotateSecret({
      ...question,
      patience: patienceOf(call),
      signal,
      onEvent,
      confirm: ask,
      ...(value === undefined
        ? {}
        : { value: { ...value, asIs: options.flag("asIs"), nearby: options.flag("private") } }),
    }),
  );
}

/** Of a pair both: one after the other on a terminal, as NAME=value lines elsewhere. */
async function readGiven(call: Call, { name, companion }: Pick<RotationPlan, "name" | "companion">) {
  const plain = { file: undefined, exact: false };
  if (companion === undefined) return readValue(call, name, plain);
  if (!call.terminal.interactive) {
    return { ...readPairText(await readInput(call), { name, companion: companion.name }), origin: "stdin" };
  }
  const { value: other } = await readValue(call, companion.name, plain);
  return { ...(await readValue(call, name, plain)), companion: other };
}

async function end(call: Call, name: string): Promise<ContinueResult> {
  const { options, terminal, json, signal } = call;
  const { color } = terminal.err;
  const home = await call.home();
  const [work, question] = options.flag("continue")
    ? [home.continueRotation, "go on with it?"]
    : [home.returnRotation, "take it back?"];
  const ask = async (open: Rotation | Issuance): Promise<boolean> => {
    if (!json) terminal.err.write("steps" in open ? renderOpenRotation(open, color) : renderIssuance(open, color));
    return confirm(call, question);
  };
  return watched(call, (onEvent) => work({ name, patience: patienceOf(call), signal, onEvent, confirm: ask }));
}

function patienceOf({ options }: Call): number {
  const text = options.text("wait") ?? "300";
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  throw new AppError("USAGE", "--wait takes whole seconds, 60 for example");
}
