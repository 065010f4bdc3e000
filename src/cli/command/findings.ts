import { AppError } from "#kernel";
import type { FindingState, ListedFinding } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderKept } from "../render/kept-finding.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--state <state>", description: "only these: new, accepted, rotated, gone", many: true },
    { flags: "--name <name>", description: "only of this variable" },
  ],
  description:
    "What `keyturn scan` found, by secret: each place with its number, state and when it was seen last. A finding is new until\n" +
    "its version is rotated, it is accepted, or a scan of the same place does not find it any more.\n" +
    "Exits with 2 when there are new ones.",
  run: async (call) => {
    const { terminal, json, options, clock } = call;
    const states = options.list("state").map(stateOf);
    const name = options.text("name");
    const isWanted = ({ state, thing }: ListedFinding) =>
      (states.length === 0 || states.includes(state)) &&
      (name === undefined || (thing.kind === "value" && thing.name === name));
    const found = (await (await call.home()).listFindings()).filter(isWanted);
    terminal.out.write(json ? renderJson(found) : renderKept(found, clock.now(), terminal.out.color));
    return found.some(({ state }) => state === "new") ? 2 : 0;
  },
};

const states: readonly FindingState[] = ["new", "accepted", "rotated", "gone"];

function stateOf(word: string): FindingState {
  const state = states.find((one) => one === word);
  if (state === undefined) throw new AppError("USAGE", `--state takes ${states.join(", ")}`);
  return state;
}
