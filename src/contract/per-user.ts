import { fillPresenting, fillVerifying } from "./holder.ts";
import type { Drain, HealthCheck, Platform, Runtime, Service } from "./platform.ts";

/** One user's runtime of a service that runs once for each user. */
export interface UserRuntime {
  /** the manifest's name of it */
  readonly service: string;
  readonly user: string;
  readonly host: string;
  /** counts from 0 per service and host; free ones are taken again. A local process listens that far behind the first port. */
  readonly seat: number;
}

/** A user's id, as other systems have it: a UUID fits, and it becomes a part of names and paths. */
export function isUserId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(text);
}

/** Names the runtime of one user among the services. */
export function userService(service: string, user: string): string {
  return `${service}/${user}`;
}

/**
 * The platform as it is deployed: in place of each service that runs once for each user, those of its users. What was
 * made for a service or host that the manifest no longer has stays out.
 */
export function expandRuntimes(platform: Platform, runtimes: readonly UserRuntime[]): Platform {
  const hosts = new Set(platform.hosts.map(({ name }) => name));
  return {
    ...platform,
    services: platform.services.flatMap((service) => {
      if (service.perUser === undefined) return [service];
      const own = runtimes.filter((runtime) => runtime.service === service.name && hosts.has(runtime.host));
      return own.map((runtime) => ofUser(service, service.perUser?.port ?? 0, platform.name, runtime));
    }),
  };
}

function ofUser(service: Service, base: number, platform: string, { user, host, seat }: UserRuntime): Service {
  const isProcess = service.runtime.kind === "process";
  const port = isProcess ? base + seat : base;
  const fill = (text: string): string => text.replaceAll("%p", String(port)).replaceAll("%u", user);
  const declaresPort = isProcess && service.contract.variables.some(({ name }) => name === "PORT");
  const labels = {
    "keyturn.platform": platform,
    "keyturn.service": service.name,
    "keyturn.user": user,
    "keyturn.key-version": keyVersions(service),
  };
  return {
    ...service,
    name: userService(service.name, user),
    user: { id: user, platform, port },
    hosts: [host],
    runtime: runtimeOf(service.runtime, { fill, user, port: declaresPort ? undefined : port, labels }),
    values: declaresPort ? { ...service.values, PORT: [{ kind: "text", text: String(port) }] } : service.values,
    health: service.health.map((check) => fillCheck(check, fill)),
    presenting: mapValues(service.presenting, (held) => fillPresenting(held, fill)),
    verifying: mapValues(service.verifying, (held) => fillVerifying(held, fill)),
    ...(service.drain === undefined ? {} : { drain: fillDrain(service.drain, fill) }),
  };
}

/** `API_SERVER_KEY=2`: the scheme's version, by which whoever looks at a container knows which keys it takes. */
function keyVersions({ contract }: Service): string {
  const versions = contract.variables.flatMap(({ name, derive }) =>
    derive?.kind === "hkdf" ? [`${name}=${derive.version}`] : [],
  );
  return versions.join(",");
}

interface Filling {
  readonly fill: (text: string) => string;
  readonly user: string;
  /** undefined where a variable of its own says it */
  readonly port: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

function runtimeOf(runtime: Runtime, { fill, user, port, labels }: Filling): Runtime {
  if (runtime.kind === "docker") {
    const { container, volumes } = runtime;
    return { ...runtime, container: `${container}-${user}`, volumes: volumes.map(fill), labels };
  }
  if (runtime.kind !== "process") return runtime;
  const own = Object.entries(runtime.instanceEnvironment).map(([name, text]) => [name, fill(text)] as const);
  const told = port === undefined ? {} : { PORT: String(port) };
  return { ...runtime, instanceEnvironment: { ...told, ...Object.fromEntries(own) } };
}

function fillCheck(check: HealthCheck, fill: Filling["fill"]): HealthCheck {
  switch (check.kind) {
    case "http":
      return { ...check, url: fill(check.url) };
    case "tcp":
      return { ...check, port: fill(check.port) };
    case "command":
      return { ...check, command: check.command.map(fill) };
  }
}

function mapValues<Value>(
  map: ReadonlyMap<string, Value>,
  change: (value: Value) => Value,
): ReadonlyMap<string, Value> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}

function fillDrain(drain: Drain, fill: Filling["fill"]): Drain {
  const { by, idle } = drain;
  return {
    ...drain,
    by: by.kind === "http" ? { kind: "http", url: fill(by.url) } : by,
    ...(idle === undefined ? {} : { idle: { ...idle, url: fill(idle.url) } }),
  };
}
