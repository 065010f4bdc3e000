import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { applyPlatform } from "#operation";
import { compose } from "../../src/compose/compose.ts";
import type { BenchEngine } from "./engine.ts";

/** How many runtimes change at once, in each of the two. */
export const atOnce = 5;

/** Answers /health, and ends when it is told to. */
export const command = [
  "sh",
  "-c",
  "mkdir -p /www; echo ok > /www/health; trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait",
];

/** A platform whose runtimes are there, each with its container. */
export async function runtimesOf(
  folder: string,
  count: number,
  { environment, image }: BenchEngine,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "keyturn.yaml"), manifest(image));
  await writeFile(join(folder, ".env.example"), "# @derive=user\nAGENT_USER=\n");
  const users = Array.from({ length: count }, (_, index) => `user${index}`);
  const composed = compose({ folder }, environment);
  const { context } = composed;
  try {
    const store = await context.makeStore();
    await store.transaction(async (tx) => {
      const { userRuntimes } = await tx.environment(context.environment);
      for (const user of users) await userRuntimes.add({ service: "agent", user, host: "here", actor: context.actor });
    });
    await applyPlatform(context, { part: [], confirm: async () => true, onEvent: () => undefined });
  } finally {
    await composed.close();
  }
  return users;
}

function manifest(image: string): string {
  return `platform: bench
services:
  agent:
    contract: .env.example
    runtime: docker
    per-user: true
    image: ${image}
    port: 8080
    max-unavailable: ${atOnce}
    command: ${JSON.stringify(command)}
    health: ["http://127.0.0.1:%p/health"]
environments:
  local:
    hosts: { here: local }
    waves: all
`;
}
