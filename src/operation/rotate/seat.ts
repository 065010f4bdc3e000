import { instancesOf, targetId, type HostEntry, type Platform, type Service } from "#contract";
import { addressOf } from "#delivery";
import { dialerOf, presentingOf, verifyingOf, type Dialer } from "#verification";
import type { Context } from "../context.ts";

/** One instance of a service on one host, and the way to where it listens. */
export interface Seat {
  /** `fleet@fleet1 2` */
  readonly name: string;
  readonly target: string;
  readonly instance: string;
  readonly host: Dialer;
  readonly verifying: ReturnType<typeof verifyingOf>;
  readonly presenting: ReturnType<typeof presentingOf>;
}

/** Every instance of these services, with what the manifest says of the secret there. */
export function seatsOf(context: Context, { services, hosts }: Platform, secret: string): readonly Seat[] {
  return services.flatMap((service) =>
    service.hosts.flatMap((name) => {
      const entry = hosts.find((one) => one.name === name);
      if (entry === undefined) return [];
      const host = dialerFor(context, entry, service);
      const target = targetId(service.name, name);
      return instancesOf(service.runtime).map((instance): Seat => {
        const held = { secret, host: name, instance };
        return {
          name: `${target} ${instance}`.trim(),
          target,
          instance,
          host,
          verifying: verifyingOf(service, held),
          presenting: presentingOf(service, held),
        };
      });
    }),
  );
}

/** To the machine's loopback, or to a container's own ports. */
function dialerFor(context: Context, entry: HostEntry, service: Service): Dialer {
  if (service.runtime.kind !== "docker") return context.connect(entry);
  return dialerOf(context.runtimes(entry), addressOf(service, entry.name));
}
