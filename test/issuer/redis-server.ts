import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { freePort } from "../operation/live-platform.ts";

export const firstPassword = "the-password-that-was-first";
const rootPassword = "the-password-of-root";
const adminPassword = "the-password-of-the-administrator";

export interface RedisForTest {
  readonly port: number;
  /** URIs, as services and administrators have them */
  readonly appUri: string;
  readonly adminUri: string;
  /** how many passwords the user app has */
  readonly passwords: () => Promise<number>;
  /** what Redis would know of its users behind a restart */
  readonly kept: () => Promise<string>;
  /** whether it lets the user app in */
  readonly takes: (password: string) => Promise<boolean>;
  readonly command: (...words: readonly string[]) => string;
  /** the administrator may change no user, and may again */
  readonly deny: () => void;
  readonly allow: () => void;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** A real redis-server with the users `app` and `admin`, who are kept in a file. */
export async function openRedis(): Promise<RedisForTest> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-redis-"));
  const port = await freePort();
  const file = join(folder, "users.acl");
  const users = [
    "user default off",
    `user root on >${rootPassword} +@all ~* &*`,
    `user admin on >${adminPassword} +@all ~* &*`,
    `user app on >${firstPassword} +@all -@admin ~* &*`,
  ];
  await writeFile(file, `${users.join("\n")}\n`);
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--aclfile", file, "--dir", folder];
  let running = spawn("/usr/bin/redis-server", options, { stdio: "ignore" });
  const stop = async (): Promise<void> => {
    if (running.exitCode === null && running.signalCode === null && running.kill("SIGKILL"))
      await once(running, "exit");
  };
  onTestFinished(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  await listening(port);
  const command = (...words: readonly string[]): string =>
    execFileSync("/usr/bin/redis-cli", ["-p", String(port), "--user", "root", ...words], {
      encoding: "utf8",
      env: { REDISCLI_AUTH: rootPassword },
      stdio: ["ignore", "pipe", "ignore"],
    });
  return {
    port,
    appUri: `redis://app:${firstPassword}@127.0.0.1:${port}`,
    adminUri: `redis://admin:${adminPassword}@127.0.0.1:${port}`,
    passwords: async () => (command("ACL", "GETUSER", "app").match(/^[0-9a-f]{64}$/gm) ?? []).length,
    kept: () => readFile(file, "utf8"),
    takes: async (password) => {
      const env = { REDISCLI_AUTH: password };
      const args = ["-p", String(port), "--user", "app", "PING"];
      const said = execFileSync("/usr/bin/redis-cli", args, {
        encoding: "utf8",
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      return said.trim() === "PONG";
    },
    command,
    deny: () => void command("ACL", "SETUSER", "admin", "-acl|setuser"),
    allow: () => void command("ACL", "SETUSER", "admin", "+acl|setuser"),
    stop,
    start: async () => {
      running = spawn("/usr/bin/redis-server", options, { stdio: "ignore" });
      await listening(port);
    },
  };
}

async function listening(port: number): Promise<void> {
  for (let left = 200; ; left -= 1) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return;
    if (left === 0) throw new Error("redis-server does not listen");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
