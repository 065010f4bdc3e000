import type { HostEntry, Service } from "#contract";
import { addressOf } from "#delivery";
import { dialerOf, type Dialer } from "#verification";
import type { Context } from "../context.ts";

/** The way to where a service listens: its machine's loopback, or a container's own ports. */
export function dialerFor(context: Context, entry: HostEntry, service: Service): Dialer {
  if (service.runtime.kind !== "docker") return context.connect(entry);
  return dialerOf(context.runtimes(entry), addressOf(service, entry.name));
}
