import { cp } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./process.ts";

/** The command as it is published, in a folder of its own: what is measured never runs from the sources. */
export async function buildCommand(repository: string, folder: string): Promise<string> {
  await must([process.execPath, join(repository, "scripts/build.js"), join(folder, "dist")]);
  for (const name of ["bin", "package.json"]) await cp(join(repository, name), join(folder, name), { recursive: true });
  return join(folder, "bin/keyturn.js");
}
