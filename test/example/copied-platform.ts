import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { setPortShift, startDev, stopDev, type Context } from "#operation";
import { openProject } from "../operation/make-context.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Copied {
  readonly folder: string;
  /** what is to be added to each port of the example */
  readonly shift: number;
  readonly context: Context;
  /** as another call of the command */
  readonly again: () => Context;
}

export interface CopyOptions {
  /** texts that take another's place, by path in the example */
  readonly edits: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  /** beside the example's own */
  readonly files?: Readonly<Record<string, string>>;
  /** ports that it listens on */
  readonly ports: readonly number[];
}

/** An example in a folder of its own, up as local processes on ports that are free, with sample values. */
export async function copiedPlatform(example: "voxbridge" | "homedevice", options: CopyOptions): Promise<Copied> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-example-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(join(root, "examples", example), folder, { recursive: true, filter: isSource });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, edits] of Object.entries(options.edits)) await edit(join(folder, path), edits);
  for (const [path, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, path), text);
  const shift = await freeShift(options.ports);
  const { context: unmoved } = openProject(folder);
  await setPortShift(unmoved, shift);
  const again = () => openProject(folder).context;
  const context = again();
  onTestFinished(async () => void (await stopDev(context)));
  const { applied } = await startDev(context, {
    sample: join(folder, "values.sample.env"),
    onStage: () => undefined,
    onEvent: () => undefined,
    signal: new AbortController().signal,
  });
  const outcome = "outcome" in applied ? applied.outcome : undefined;
  if (outcome?.kind !== "done") throw new Error(`${example} does not come up: ${JSON.stringify(outcome)}`);
  return { folder, shift, context, again };
}

/** What somebody tried by hand in the example stays there. */
function isSource(path: string): boolean {
  return !/\/(?:node_modules|dist|\.keyturn)(?:\/|$)/.test(path.slice(root.length));
}

async function edit(path: string, edits: readonly (readonly [string, string])[]): Promise<void> {
  let text = await readFile(path, "utf8");
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    text = text.replace(from, to);
  }
  await writeFile(path, text);
}

async function freeShift(ports: readonly number[]): Promise<number> {
  for (;;) {
    // the last digit of a port may be the number of an instance
    const shift = 10_000 + 10 * Math.floor(Math.random() * 2000);
    const free = await Promise.all(ports.map((port) => isFree(port + shift)));
    if (free.every(Boolean)) return shift;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
