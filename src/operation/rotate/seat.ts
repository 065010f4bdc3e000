import { instancesOf, targetId, type HostEntry, type Platform, type Service } from "#contract";
import { addressOf } from "#delivery";
import { dialerOf, presentingOf, verifyingOf, type Dialer } from "#verification";
import type { Context } from "../context.ts";

/** One instance of a service on one host, with what the manifest says of the secret there. */
export interface Place {
  /** `fleet@fleet1 2` */
  readonly name: string;
  readonly target: string;
  readonly service: Service;
  readonly entry: HostEntry;
  readonly instance: string;
  readonly verifying: ReturnType<typeof verifyingOf>;
  readonly presenting: ReturnType<typeof presentingOf>;
}

/** And the way to where it listens. */
export interface Seat extends Place {
  readonly host: Dialer;
}

/** Every instance of these services. */
export function placesOf({ services, hosts }: Pick<Platform, "services" | "hosts">, secret: string): readonly Place[] {
  return services.flatMap((service) =>
    service.hosts.flatMap((host) => {
      const entry = hosts.find((one) => one.name === host);
      if (entry === undefined) return [];
      const target = targetId(service.name, host);
      return instancesOf(service.runtime).map((instance): Place => {
        const held = { secret, host, instance };
        return {
          name: `${target} ${instance}`.trim(),
          target,
          service,
          entry,
          instance,
          verifying: verifyingOf(service, held),
          presenting: presentingOf(service, held),
        };
      });
    }),
  );
}

/** The same, to be asked. */
export function seatsOf(context: Context, platform: Platform, secret: string): readonly Seat[] {
  return placesOf(platform, secret).map((place) => ({ ...place, host: dialerFor(context, place) }));
}

/** To the machine's loopback, or to a container's own ports. */
function dialerFor(context: Context, { entry, service }: Place): Dialer {
  if (service.runtime.kind !== "docker") return context.connect(entry);
  return dialerOf(context.runtimes(entry), addressOf(service, entry.name));
}
