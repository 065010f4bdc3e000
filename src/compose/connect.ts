import { join } from "node:path";
import type { HostEntry, Service } from "#contract";
import { dialects } from "#dialect";
import { openLocalHost, openProcessHost, openSshHost, type Host } from "#host";

export interface ConnectInput {
  readonly entry: HostEntry;
  readonly services: readonly Service[];
  readonly home: string;
  readonly environment: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The way to one machine. On this one, services that run as plain processes need neither root nor the helper. */
export function connectHost({ entry, services, home, environment, variables }: ConnectInput): Host {
  const { connection, name } = entry;
  if (connection.kind === "ssh") return openSshHost({ name, ...connection, environment: variables });
  const own = services.filter(({ hosts }) => hosts.includes(name));
  if (own.some(({ runtime }) => runtime.kind !== "process")) return openLocalHost({ name, environment: variables });
  return openProcessHost({
    name,
    folder: join(home, "run", environment),
    node: process.execPath,
    readFile: (bytes) => dialects.systemd.read(bytes).entries,
    environment: variables,
  });
}
