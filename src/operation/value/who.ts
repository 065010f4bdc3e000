import { placeOf, versionFor } from "#binding";
import { targetId, type Platform, type Runtime } from "#contract";
import { AppError } from "#kernel";
import type { Grant } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { declarationsOf, mayReceive, type Declaration } from "./declaration.ts";
import { otherHalf } from "./half-notice.ts";
import { lastReleases } from "../deploy/last-release.ts";
import { checkName } from "./set-value.ts";

export interface Holder {
  readonly service: string;
  readonly host: string;
  readonly granted: boolean;
  /** where it is set: path of the file, or what stands for one */
  readonly place: string;
  /** what it would get now */
  readonly version?: number;
  /** what the last good release gave it */
  readonly delivered?: {
    readonly release: number;
    readonly version?: number;
    readonly origin: string;
    /** a second value of it that it takes as well, while the secret is being rotated */
    readonly beside?: { readonly name: string; readonly version: number };
  };
}

export interface WhoResult {
  readonly name: string;
  readonly holders: readonly Holder[];
  /** where the value comes from, as the contracts say */
  readonly where: readonly string[];
  /** of a name that is half of a pair */
  readonly pair?: {
    /** the other half, which changes with it */
    readonly companion: string;
    /** who has both in a map of keys, and neither for itself */
    readonly maps: readonly MapHolder[];
  };
}

export interface MapHolder extends Pick<Holder, "service" | "host" | "granted" | "place"> {
  /** the variable that is made of the two */
  readonly variable: string;
}

/** Every service on every host that holds the name, or asks for it. */
export async function whoHolds(context: Context, name: string): Promise<WhoResult> {
  demand(context, "viewer");
  checkName(name);
  const { platform } = await context.loadPlatform();
  const declarations = declarationsOf(platform, name);
  const companion = otherHalf(platform, name);
  const maps = mapsOf(platform, name);
  if (declarations.length + maps.length === 0)
    throw new AppError("NOT_FOUND", `no contract of this platform declares ${name}`);
  const { holders, grants } = await inEnvironment(context, async (environment) => {
    const grants = await environment.grants.list();
    const versions = (await environment.values.present()).filter((version) => version.name === name);
    const last = await lastReleases(environment, declarations.flatMap(targetsOf));
    const holders = declarations.flatMap((declaration) =>
      declaration.service.hosts.map((host): Holder => {
        const { service } = declaration;
        const granted = mayReceive(declaration, grants);
        const next = granted ? versionFor(versions, placeOf(service, host))?.winner.number : undefined;
        const release = last.get(targetId(service.name, host));
        const binding = release?.target.bindings.find((one) => one.name === name);
        const given = binding?.version?.number;
        const second = release?.target.bindings.find((one) => declaration.variable.accepts.includes(one.name));
        return {
          service: service.name,
          host,
          granted,
          place: placeText(service.runtime),
          ...(next === undefined ? {} : { version: next }),
          ...(release === undefined || binding === undefined
            ? {}
            : {
                delivered: {
                  release: release.release,
                  origin: binding.origin,
                  ...(given === undefined ? {} : { version: given }),
                  ...(second?.version === undefined
                    ? {}
                    : { beside: { name: second.name, version: second.version.number } }),
                },
              }),
        };
      }),
    );
    return { holders, grants };
  });
  const where = [...new Set(declarations.flatMap(({ variable }) => variable.where ?? []))];
  if (companion === undefined) return { name, holders, where };
  return { name, holders, where, pair: { companion, maps: maps.flatMap((map) => mapHolders(map, grants)) } };
}

function mapsOf({ services }: Platform, name: string): readonly Declaration[] {
  return services.flatMap((service) =>
    service.contract.variables
      .filter(({ derive }) => derive?.kind === "key-map" && [derive.root, derive.key].includes(name))
      .map((variable) => ({ service, variable })),
  );
}

function mapHolders(map: Declaration, grants: readonly Grant[]): readonly MapHolder[] {
  const { service, variable } = map;
  const granted = mayReceive(map, grants);
  const place = placeText(service.runtime);
  return service.hosts.map((host) => ({ service: service.name, host, variable: variable.name, granted, place }));
}

function targetsOf({ service }: Declaration): readonly string[] {
  return service.hosts.map((host) => targetId(service.name, host));
}

function placeText(runtime: Runtime): string {
  switch (runtime.kind) {
    case "systemd":
    case "compose":
      return runtime.file.path;
    case "vite":
      return `bundle in ${runtime.publish}`;
    case "docker":
      return `container ${runtime.container}`;
    case "process":
      return "process on this machine";
  }
}
