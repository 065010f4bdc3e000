import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** What is replaced in the example's manifest, as `String.replace` does it. */
export type Edit = readonly [from: string | RegExp, to: string];

/** A dialler that attaches as fast as it can, and waits for whoever is just being restarted. */
export const dialling = `DIALLER_CALLS_PER_SECOND: 10000, DIALLER_CALL_MS: 0, DIALLER_POLL_MS: 60000,
          DIALLER_ATTACH_TIMEOUT_MS: 60000, DIALLER_BUSY_WAIT_MS: 60000`;

/** The old value has to be unseen for so long before verifiers forget it. */
export const quiet: readonly Edit[] = [
  [`report: "http://127.0.0.1:8080/health/secrets"`, `$&\n        quiet: 300ms`],
  [`report: "http://127.0.0.1:810%i/health/secrets"`, `$&\n        quiet: 300ms`],
];

/** The calling platform of the examples, in a folder of its own. */
export async function copyVoxbridge(folder: string, edits: readonly Edit[]): Promise<void> {
  const isSource = (path: string): boolean =>
    !/\/(?:node_modules|dist|\.keyturn)(?:\/|$)/.test(path.slice(repository.length));
  await cp(join(repository, "examples/voxbridge"), folder, { recursive: true, filter: isSource });
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  const manifest = join(folder, "keyturn.yaml");
  const text = await readFile(manifest, "utf8");
  await writeFile(manifest, edits.reduce(edited, text));
}

function edited(text: string, [from, to]: Edit): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`the example's manifest has no ${String(from)}`);
  return changed;
}
