import { tmpdir } from "node:os";
import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { onTestFinished } from "vitest";
import { serveWeb } from "../../src/compose/serve-web.ts";
import { serve, type ServeOptions, type Served } from "../../src/compose/serve.ts";

export interface Two {
  readonly served: Served;
  readonly socket: string;
  /** the worker alone: the web part stays */
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
}

/** Web part and worker, each with a door of its own, here in one process. What is told of both comes to the same place. */
export async function serveTwo(folder: string, options: ServeOptions): Promise<Two> {
  const socket = await socketPath();
  const { listen, publicUrl, console, onAccess, onTrouble, version } = options;
  const proxy = publicUrl === undefined ? {} : { publicUrl };
  const log = onAccess === undefined ? {} : { onAccess };
  const web = await serveWeb({ listen, socket, console, onTrouble, version, ...proxy, ...log });
  const begin = () => serve({ folder }, {}, { ...options, listen: new URL(web.address).host, socket });
  let worker = await begin();
  return {
    served: {
      ...worker,
      address: web.address,
      close: async () => {
        await worker.close();
        await web.close();
      },
    },
    socket,
    stopWorker: () => worker.close(),
    startWorker: async () => {
      worker = await begin();
    },
  };
}

/** In a folder that only this user writes into. */
export async function socketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-socket-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "worker.sock");
}
