import type { Duplex } from "node:stream";
import { AppError, systemCode } from "#kernel";
import { connected } from "../connected.ts";

/** How an engine, and what its containers listen on, is reached from here. */
export interface EngineWay {
  readonly host: string;
  /** what a stream to the engine costs is so much that calls share it */
  readonly costly: boolean;
  engine(): Promise<Duplex>;
  /** To an address as the engine's machine sees it. Where nothing takes the connection it rejects, or the stream fails. */
  reach(address: string, port: number): Promise<Duplex>;
  /** Whether something takes a connection there; it is ended at once. */
  takes(address: string, port: number): Promise<boolean>;
  close(): Promise<void>;
}

/** The engine of this machine. */
export function socketWay(host: string, path: string): EngineWay {
  return {
    host,
    costly: false,
    engine: () => connected({ path }).catch((error: unknown) => Promise.reject(noEngine(host, path, error))),
    reach: (address, port) => connected({ host: address, port }),
    takes: async (address, port) => {
      const stream = await connected({ host: address, port }).catch(() => undefined);
      stream?.destroy();
      return stream !== undefined;
    },
    close: async () => {},
  };
}

function noEngine(host: string, path: string, cause: unknown): AppError {
  const refused = ["EACCES", "EPERM"].includes(systemCode(cause) ?? "");
  const hint = refused
    ? "add this user to the group docker, and log in again"
    : "start it: `systemctl start docker`; `docker info` says more";
  const said = refused ? `this user may not use ${path}` : `no Docker engine answers at ${path}`;
  return new AppError("HOST_UNREACHABLE", `${host} can't be reached: ${said}`, { hint, cause });
}
