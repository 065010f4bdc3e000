import type { HealthCheck, Service } from "#contract";
import type { HostCheck, HostDrain } from "#host";
import { unreachable } from "#kernel";

/** Checks of one instance, told apart by where they are made. Times in milliseconds. */
export interface ChecksOf {
  readonly onHost: readonly HostCheck[];
  readonly fromControl: readonly ControlCheck[];
  readonly commands: readonly CommandCheck[];
  /** how long all of them together may take until they pass */
  readonly deadline: number;
}

export type ControlCheck =
  | {
      readonly kind: "http";
      readonly url: string;
      readonly status: number;
      readonly timeout: number;
      /** field of the JSON answer that tells the release */
      readonly release?: string;
    }
  | { readonly kind: "tcp"; readonly address: string; readonly port: number; readonly timeout: number };

interface CommandCheck {
  readonly command: readonly string[];
}

const defaultDeadline = 30_000;
const tcpTimeout = 2_000;

/** Fills in `%i` (the instance) and `%h` (the host's name), and sorts the manifest's checks by where they are made. */
export function checksOf(service: Service, host: string, instance: string): ChecksOf {
  const fill = filler(host, instance);
  const onHost: HostCheck[] = [];
  const fromControl: ControlCheck[] = [];
  const commands: CommandCheck[] = [];
  for (const check of service.health) {
    switch (check.kind) {
      case "http": {
        const { kind, url, status, timeout, release } = check;
        const http = { kind, url: fill(url), status, timeout, ...(release === undefined ? {} : { release }) };
        if (check.from === "host") onHost.push(http);
        else fromControl.push(http);
        break;
      }
      case "tcp": {
        const tcp = { kind: "tcp" as const, address: fill(check.address), port: Number(fill(check.port)) };
        if (check.from === "host") onHost.push(tcp);
        else fromControl.push({ ...tcp, timeout: tcpTimeout });
        break;
      }
      case "command":
        commands.push({ command: check.command.map(fill) });
        break;
      default:
        unreachable(check);
    }
  }
  return { onHost, fromControl, commands, deadline: longest(service.health) };
}

/** How one instance is emptied, with the same filled in; undefined where the manifest does not say. */
export function drainOf({ drain }: Service, host: string, instance: string): HostDrain | undefined {
  if (drain === undefined) return undefined;
  const fill = filler(host, instance);
  const { by, idle, limit } = drain;
  return {
    by: by.kind === "http" ? { kind: "http", url: fill(by.url) } : by,
    limit,
    ...(idle === undefined ? {} : { idle: { ...idle, url: fill(idle.url) } }),
  };
}

export function filler(host: string, instance: string): (text: string) => string {
  return (text) => text.replaceAll("%i", instance).replaceAll("%h", host);
}

function longest(health: readonly HealthCheck[]): number {
  return health.length === 0 ? defaultDeadline : Math.max(...health.map((check) => check.deadline));
}
