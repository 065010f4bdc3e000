import { fillPresenting, fillVerifying, type Presenting, type Service, type Verifying } from "#contract";
import type { RuntimeHost, TargetAddress } from "#host";
import type { Dialer } from "./ask.ts";
import { filler } from "./check.ts";

/** Which value, of which instance. */
export interface Held {
  readonly secret: string;
  /** the host's name */
  readonly host: string;
  readonly instance: string;
}

/** How one instance shows that it verifies a secret, with `%i` and `%h` filled in; undefined where it verifies none of that name. */
export function verifyingOf(service: Service, { secret, host, instance }: Held): Verifying | undefined {
  const verifying = service.verifying.get(secret);
  return verifying === undefined ? undefined : fillVerifying(verifying, filler(host, instance));
}

/** How one instance shows that it presents a secret. */
export function presentingOf(service: Service, { secret, host, instance }: Held): Presenting | undefined {
  const presenting = service.presenting.get(secret);
  return presenting === undefined ? undefined : fillPresenting(presenting, filler(host, instance));
}

/** Where a target's loopback addresses are: on its machine, or for a container at its own ports. */
export function dialerOf(host: RuntimeHost, target: TargetAddress): Dialer {
  if (target.runtime.kind !== "docker") return host;
  return { name: host.name, dial: (port) => host.reach(target, port) };
}
