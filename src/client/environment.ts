import { AppError } from "#kernel";
import type { VisibleEnvironment } from "#operation";
import type { Server } from "./server.ts";

/** The only one that the caller may look at. USAGE where there are several and none was named. */
export async function onlyEnvironment({ name, ask }: Pick<Server, "name" | "ask">): Promise<string> {
  const { environments } = await ask<{ readonly environments: readonly VisibleEnvironment[] }>("GET", "/environments");
  const [only, ...others] = environments;
  if (only === undefined) {
    throw new AppError("NOT_FOUND", `${name} shows no environment`, {
      hint: "it has no keyturn.yaml there, or whoever asks has a role in none",
    });
  }
  if (others.length === 0) return only.name;
  const names = environments.map((one) => one.name).join(", ");
  throw new AppError("USAGE", `${name} has several environments: ${names}`, {
    hint: "name one with --env or KEYTURN_ENV",
  });
}
