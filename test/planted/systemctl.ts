import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dialects } from "#dialect";

/*
 * Stands in for systemd: starts one process with the variables of the environment file, read by systemd's grammar, and
 * tells its number and a new invocation. Arguments: environment file, state file, then what systemctl was called with.
 */
const [file = "", state = "", verb, ...rest] = process.argv.slice(2);
const known = existsSync(state)
  ? (JSON.parse(readFileSync(state, "utf8")) as { pid: number; start: string })
  : undefined;
if (rest.at(-1) !== "gate.service") process.exit(5);
if (verb === "restart") {
  if (known !== undefined) end(known.pid);
  const { entries } = dialects.systemd.read(readFileSync(file));
  const environment = Object.fromEntries(entries.map(({ name, value }) => [name, value.reveal().toString("utf8")]));
  const child = spawn("sleep", ["120"], {
    env: { ...environment, PATH: "/usr/bin:/bin" },
    stdio: "ignore",
    detached: true,
  });
  child.unref();
  writeFileSync(state, JSON.stringify({ pid: child.pid, start: randomBytes(16).toString("hex") }));
} else {
  const running = known === undefined ? [] : [`InvocationID=${known.start}`, `MainPID=${known.pid}`];
  process.stdout.write(
    `${["LoadState=loaded", `ActiveState=${known ? "active" : "inactive"}`, ...running].join("\n")}\n`,
  );
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it is gone
  }
}
