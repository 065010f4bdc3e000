import { spawn } from "node:child_process";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench } from "../benchmark.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
/** beside whatever else runs on this machine */
const shift = "17000";

const dialler = `{ HOST: 127.0.0.1, DIALLER_CALLS_PER_SECOND: 10000, DIALLER_CALL_MS: 0, DIALLER_POLL_MS: 60000,
          DIALLER_ATTACH_TIMEOUT_MS: 60000, DIALLER_BUSY_WAIT_MS: 60000 }`;

const edits = [
  [`report: "http://127.0.0.1:8080/health/secrets"`, `$&\n        quiet: 300ms`],
  [`report: "http://127.0.0.1:810%i/health/secrets"`, `$&\n        quiet: 300ms`],
  ["VOXCORE_DRAIN_SECONDS: 2 }", "VOXCORE_DRAIN_SECONDS: 2, VOXCORE_BACKEND_WAIT_MS: 60000 }"],
  [/(directory: dialler\n.*\n.*\n *values: )\{ HOST: 127\.0\.0\.1 \}/, `$1${dialler}`],
  [/console:\n {8}runtime: process\n(?: {8}.*\n)*/, "console: false\n"],
] as const;

/** The calling platform of the examples, as local processes, with a dialler that attaches as fast as it can. */
export async function startVoxbridge({ folder, keyturn, tell }: Bench): Promise<{ end(): Promise<void> }> {
  const isSource = (path: string): boolean =>
    !/\/(?:node_modules|dist|\.keyturn)(?:\/|$)/.test(path.slice(repository.length));
  await cp(join(repository, "examples/voxbridge"), folder, { recursive: true, filter: isSource });
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  const manifest = join(folder, "keyturn.yaml");
  const text = await readFile(manifest, "utf8");
  await writeFile(manifest, edits.reduce(edited, text));
  const words = ["dev", "--port-shift", shift, "--sample", join(folder, "values.sample.env")];
  const child = spawn(process.execPath, [keyturn, ...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => void child.once("close", resolve));
  let said = "";
  const up = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        said += chunk.toString("utf8");
        if (said.includes("Ctrl-C stops everything")) resolve();
      });
    }
  });
  const early = ended.then((code) => Promise.reject(new Error(`keyturn dev ended with ${code}\n${said.slice(-2000)}`)));
  await Promise.race([up, early]);
  early.catch(() => undefined);
  tell("the platform is up");
  return {
    end: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}

function edited(text: string, [from, to]: (typeof edits)[number]): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`the example's manifest has no ${String(from)}`);
  return changed;
}
