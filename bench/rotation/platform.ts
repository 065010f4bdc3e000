import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Bench } from "../benchmark.ts";
import { copyVoxbridge, dialling, quiet, type Edit } from "./example.ts";

/** beside whatever else runs on this machine */
const shift = "17000";

const edits: readonly Edit[] = [
  ...quiet,
  ["VOXCORE_DRAIN_SECONDS: 2 }", "VOXCORE_DRAIN_SECONDS: 2, VOXCORE_BACKEND_WAIT_MS: 60000 }"],
  [/(directory: dialler\n.*\n.*\n *values: )\{ HOST: 127\.0\.0\.1 \}/, `$1{ HOST: 127.0.0.1, ${dialling} }`],
  [/console:\n {8}runtime: process\n(?: {8}.*\n)*/, "console: false\n"],
];

/** The calling platform of the examples, as local processes, with a dialler that attaches as fast as it can. */
export async function startVoxbridge({ folder, keyturn, tell }: Bench): Promise<{ end(): Promise<void> }> {
  await copyVoxbridge(folder, edits);
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
