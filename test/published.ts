import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** the command of the package as it is published */
    readonly command: string;
  }
}

const repository = fileURLToPath(new URL("..", import.meta.url));

/**
 * Before any suite: the package, bundled from the sources as they are now. Suites start the command hundreds of times,
 * and from the bundle a start takes a third of the time that it takes from the sources.
 */
export function setup(project: TestProject): () => void {
  const published = mkdtempSync(join(tmpdir(), "keyturn-published-"));
  // other users start it too
  chmodSync(published, 0o755);
  project.provide("command", publish(published));
  return () => rmSync(published, { recursive: true, force: true });
}

/** Puts the package into the folder; gives the path of its command. */
export function publish(folder: string): string {
  execFileSync(process.execPath, [join(repository, "scripts/build.js"), join(folder, "dist")]);
  for (const name of ["bin", "package.json"]) cpSync(join(repository, name), join(folder, name), { recursive: true });
  // what the bundle leaves outside, as npm would install it
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(repository, "node_modules/@lydell"), join(folder, "node_modules/@lydell"));
  return join(folder, "bin/keyturn.js");
}
