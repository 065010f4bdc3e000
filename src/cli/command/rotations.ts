import { AppError } from "#kernel";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderIssuance, renderRotations, renderRotationTrail } from "../render/rotation.ts";

export const command: Command = {
  arguments: [{ form: "[name]", description: "of a secret or a rotation: everything that was done and found" }],
  options: [],
  description: "The latest 20, newest first.",
  run: async (call) => {
    const { terminal, json } = call;
    const [name] = call.arguments;
    const home = await call.home();
    const isWanted = (one: Named) =>
      name === undefined || one.name === name || one.companion?.name === name || one.id === name;
    const wanted = (await home.listRotations()).filter(isWanted);
    const unkept = (await home.listUnkept()).filter(isWanted);
    if (name !== undefined && wanted.length + unkept.length === 0)
      throw new AppError("NOT_FOUND", `${name} was never rotated`);
    const { color } = terminal.out;
    if (json) terminal.out.write(renderJson([...wanted, ...unkept]));
    else if (name === undefined) terminal.out.write(renderRotations(wanted, unkept, color));
    else {
      const trails = wanted.map((rotation) => renderRotationTrail(rotation, color));
      terminal.out.write([...unkept.map((one) => renderIssuance(one, color)), ...trails].join("\n"));
    }
    return 0;
  },
};

interface Named {
  readonly id: string;
  readonly name: string;
  /** the other name of a pair */
  readonly companion?: { readonly name: string };
}
