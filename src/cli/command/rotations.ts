import { AppError } from "#kernel";
import { listRotations } from "#operation";
import type { Command } from "../command.ts";
import { renderJson } from "../render/json.ts";
import { renderRotations, renderRotationTrail } from "../render/rotation.ts";

export const command: Command = {
  arguments: [{ form: "[name]", description: "of a secret or a rotation: everything that was done and found" }],
  options: [],
  description: "The latest 20, newest first.",
  run: async (call) => {
    const { terminal, json } = call;
    const [name] = call.arguments;
    const all = await listRotations(await call.context());
    const wanted = name === undefined ? all : all.filter((one) => one.name === name || one.id === name);
    if (name !== undefined && wanted.length === 0) throw new AppError("NOT_FOUND", `${name} was never rotated`);
    const { color } = terminal.out;
    if (json) terminal.out.write(renderJson(wanted));
    else if (name === undefined) terminal.out.write(renderRotations(all, color));
    else terminal.out.write(wanted.map((rotation) => renderRotationTrail(rotation, color)).join("\n"));
    return 0;
  },
};
