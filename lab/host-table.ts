import { AppError } from "#kernel";

/** A host of the lab as it is before Keyturn ever touched it. */
export interface HostSpec {
  readonly name: string;
  readonly address: string;
  /** `/opt/NAME/code` is cloned there, owned by the deploy user */
  readonly services: readonly string[];
  /** units of the base tree that run on this host; they are off elsewhere */
  readonly units: readonly string[];
  /** a Docker engine of its own runs there */
  readonly engine: boolean;
}

export const bridge = { name: "kt0", address: "10.77.0.1", prefix: 24 } as const;

/** The same number in every host, so that files of the shared layers belong to the same user. */
export const deployUser = { name: "deploy", id: 1000 } as const;

export const hostTable: readonly HostSpec[] = [
  app("app1", "10.77.0.11", ["nginx.service", "redis-server.service"]),
  app("app2", "10.77.0.12", ["nginx.service"]),
  { name: "fleet1", address: "10.77.0.21", services: ["voxcore"], units: [], engine: false },
  { name: "fleet2", address: "10.77.0.22", services: ["voxcore"], units: [], engine: false },
  { name: "fleet3", address: "10.77.0.23", services: ["voxcore"], units: [], engine: false },
  { name: "sip1", address: "10.77.0.31", services: ["voxdialler"], units: [], engine: false },
  { name: "box1", address: "10.77.0.41", services: ["voxbridge"], units: ["docker.service"], engine: true },
];

/** For measuring, and bare: they are brought up in place of the others, never beside them. */
export const benchTable: readonly HostSpec[] = Array.from({ length: 20 }, (_, index) => {
  return { name: `bench${index + 1}`, address: `10.77.0.${101 + index}`, services: [], units: [], engine: false };
});

export const everyHost: readonly HostSpec[] = [...hostTable, ...benchTable];

function app(name: string, address: string, units: readonly string[]): HostSpec {
  return { name, address, services: ["voxbridge", "console"], units, engine: false };
}

export function specOf(name: string): HostSpec {
  const spec = everyHost.find((host) => host.name === name);
  if (spec === undefined)
    throw new AppError("NOT_FOUND", `the lab has no host ${name}`, { hint: "npm run lab -- --help" });
  return spec;
}
