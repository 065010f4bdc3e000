import { AppError } from "#kernel";
import type { EnvironmentStore, RotatedName } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { isAtWork } from "../deploy/lease.ts";
import type { ListedRotation } from "./list-rotations.ts";
import { isOverlapping, overlapEnd } from "./overlap.ts";
import { hasPromoted } from "./promote.ts";
import { withinScope } from "./reach.ts";
import { servicesOf } from "./rotation-record.ts";
import { placesOf } from "./seat.ts";

/** A rotation as the store tells it, whoever carries it out. */
export interface RotationProgress extends ListedRotation {
  /** numbers of the two versions */
  readonly versions: { readonly from: number; readonly to: number };
  /** and of the other name of a pair */
  readonly companionVersions?: { readonly from: number; readonly to: number };
  /** open, and somebody is at work on this environment */
  readonly atWork: boolean;
  /** the value before has ended: there is only forward */
  readonly pastReturn: boolean;
  /** everything else is done, and it stays open until then: what the value before signed is still taken */
  readonly overlapUntil?: number;
  /** of the services in its steps, as the manifest has them now */
  readonly instances: readonly RotatedInstance[];
}

interface RotatedInstance {
  /** `fleet@fleet1 2`, as entries name it */
  readonly name: string;
  readonly target: string;
  readonly service: string;
  readonly host: string;
  readonly instance: string;
  /** a call proves what it takes */
  readonly probed: boolean;
  /** it tells which value it is shown, or how its calls go */
  readonly reports: boolean;
}

/** NOT_FOUND where this environment never had it. */
export async function rotationProgress(context: Context, id: string): Promise<RotationProgress> {
  demand(context, "viewer");
  const { platform } = await loadDeployed(context);
  const read = await readEnvironment(context, async (environment) => {
    const rotation = await environment.rotations.find(id);
    if (rotation === undefined) throw new AppError("NOT_FOUND", `there is no rotation ${id}`);
    const entries = await environment.rotations.entries(id);
    const issuance = await environment.issuances.find(id);
    const left = issuance === undefined || issuance.state === "settled" ? {} : { issuance };
    const { versions, ended } = await versionsOf(environment, rotation);
    const { companion } = rotation;
    const also =
      companion === undefined ? {} : { companionVersions: (await versionsOf(environment, companion)).versions };
    const pastReturn = ended || (rotation.state === "open" && hasPromoted(issuance));
    return { ...rotation, entries, ...left, versions, ...also, pastReturn };
  });
  const services = servicesOf(read);
  const own = placesOf(withinScope(platform, read.scope), read.name).filter(({ service }) =>
    services.includes(service.base),
  );
  const instances = own.map(({ name, target, service, entry, instance, verifying, presenting }) => ({
    name,
    target,
    service: service.base,
    host: entry.name,
    instance,
    probed: verifying?.probe !== undefined,
    reports: (verifying?.report ?? presenting?.report) !== undefined,
  }));
  const isOpen = read.state === "open";
  const waits = isOpen && isOverlapping(read.entries);
  const overlap = waits ? { overlapUntil: overlapEnd(platform.services, read) } : {};
  return { ...read, atWork: isOpen && (await isAtWork(context)), ...overlap, instances };
}

async function versionsOf({ values }: Pick<EnvironmentStore, "values">, { from, to }: RotatedName) {
  const [before, behind] = [await values.find(from), await values.find(to)];
  return {
    versions: { from: before?.number ?? 0, to: behind?.number ?? 0 },
    ended: before?.state !== "live",
  };
}
