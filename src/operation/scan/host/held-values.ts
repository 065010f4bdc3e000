import { targetId, type HostEntry, type Platform, type Service } from "#contract";
import { addressOf } from "#delivery";
import type { SearchedValue, TargetAddress, TargetObservation } from "#host";
import { readEnvironment, type Context } from "../../context.ts";
import type { OpenVersion } from "../open-sensitive.ts";

/** What a host is asked to look for, and whose value it is. */
export interface HeldValue {
  readonly searched: SearchedValue;
  readonly owner: OpenVersion;
}

/** Targets of a host whose values lie in files there: what a helper knows of. */
export function fileTargets({ services }: Platform, { name }: HostEntry): readonly FileTarget[] {
  return services.flatMap((service) => {
    const { hosts, runtime } = service;
    const isThere = hosts.includes(name) && runtime.kind !== "process" && runtime.kind !== "docker";
    return isThere ? [{ service, address: addressOf(service, name), id: targetId(service.name, name) }] : [];
  });
}

export interface FileTarget {
  readonly id: string;
  readonly service: Service;
  readonly address: TargetAddress;
}

/**
 * Versions that a host has by its own records: of the release that it runs, and of the one that it keeps. What the store has of
 * another release never goes there.
 */
export async function heldValues(
  context: Context,
  targets: readonly FileTarget[],
  found: { readonly observations: readonly TargetObservation[]; readonly versions: ReadonlyMap<number, OpenVersion> },
): Promise<readonly HeldValue[]> {
  const labels = found.observations.flatMap(({ target, record, previous }) =>
    [record, previous].flatMap((kept) => (kept === undefined ? [] : [{ target, label: kept.release }])),
  );
  const bound = await boundVersions(context, labels);
  return targets.flatMap((target) =>
    bound
      .filter((one) => one.target === target.id)
      .flatMap(({ name, label, id }): readonly HeldValue[] => {
        const owner = found.versions.get(id);
        if (owner === undefined) return [];
        const value = isFile(target.service, name) ? { release: label } : owner.value;
        return [{ searched: { target: target.address, name, value }, owner }];
      }),
  );
}

interface Label {
  readonly target: string;
  readonly label: string;
}

interface BoundVersion extends Label {
  readonly name: string;
  readonly id: number;
}

/** A label `r7` was first bound in release 7. */
function boundVersions(context: Context, labels: readonly Label[]): Promise<readonly BoundVersion[]> {
  return readEnvironment(context, async ({ releases }) => {
    const all: BoundVersion[] = [];
    for (const { target, label } of labels) {
      const number = /^r(\d{1,9})$/.exec(label)?.[1];
      const release = number === undefined ? undefined : await releases.find(Number(number));
      const there = release?.targets.find((one) => one.target === target && one.label === label);
      for (const { name, version, sensitive } of there?.bindings ?? []) {
        if (sensitive && version !== undefined) all.push({ target, label, name, id: version.id });
      }
    }
    return all;
  });
}

function isFile({ contract }: Service, name: string): boolean {
  return contract.variables.some((variable) => variable.name === name && variable.type.kind === "file");
}
