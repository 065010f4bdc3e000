import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect } from "vitest";
import { suiteHosts } from "./suite-hosts.ts";

/*
 * Before a suite: waits until no other one has its hosts. A host is held by a socket with its name, which is free again
 * whatever ends the process. All take theirs in one order, so that no two wait for each other.
 */
const names = suiteHosts(expect.getState().testPath ?? "").toSorted();
const held: (() => void)[] = [];
for (const name of names) held.push(await hold(name));
afterAll(() => held.forEach((free) => free()));

async function hold(host: string): Promise<() => void> {
  for (;;) {
    const free = await tryToHold(`\0keyturn-lab-${host}`);
    if (free !== undefined) return free;
    await setTimeout(200);
  }
}

function tryToHold(path: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve(() => void server.close()));
  });
}
