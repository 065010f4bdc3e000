import type { FieldPath, ManifestDocument } from "./document.ts";
import type { RawManifest, RawService } from "./schema.ts";
import type { Position } from "#kernel";

/** A service as one environment has it, and where each of its fields was said. */
export interface MergedService {
  readonly name: string;
  readonly fields: RawService;
  locate(path: FieldPath): Position;
  locateKey(path: FieldPath): Position;
}

/** Fields of where and how. They don't pass to an environment that gives the service another runtime. */
const runtimeFields: readonly (keyof RawService)[] = [
  "hosts",
  "prepare",
  "file",
  "owner",
  "group",
  "mode",
  "unit",
  "unit-file",
  "project",
  "compose-file",
  "compose-service",
  "brand",
  "build",
  "output",
  "publish",
  "command",
  "instance-environment",
  "image",
  "container",
  "port",
  "network",
  "memory",
  "cpus",
  "restart",
  "volumes",
  "stop",
  "exclusive",
];

/** The services of one environment, in the order written: maps are merged in depth, lists and values replaced. */
export function mergeServices(
  manifest: RawManifest,
  environment: string,
  document: ManifestDocument,
): readonly MergedService[] {
  const overrides = manifest.environments[environment]?.services ?? {};
  const names = new Set([...Object.keys(manifest.services), ...Object.keys(overrides)]);
  return [...names].flatMap((name) => {
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (override === false) return [];
    const base = Object.hasOwn(manifest.services, name) ? manifest.services[name] : undefined;
    const fields = mergeService(base ?? {}, override ?? {});
    return [{ name, fields, ...places(document, environment, name) }];
  });
}

/** Merges an environment's fields over a service's own. */
function mergeService(base: RawService, override: RawService): RawService {
  const moved = override.runtime !== undefined && base.runtime !== undefined && override.runtime !== base.runtime;
  const kept = Object.entries(base).filter(([key]) => !moved || !runtimeFields.some((field) => field === key));
  const ordered = override.order !== undefined || override.after !== undefined;
  const under = Object.fromEntries(ordered ? kept.filter(([key]) => key !== "order" && key !== "after") : kept);
  return mergeDeep(under, override) as RawService;
}

function mergeDeep(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(base) || !isRecord(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, mergeDeep(own(base, key), own(over, key))]));
}

function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function places(
  document: ManifestDocument,
  environment: string,
  name: string,
): Pick<MergedService, "locate" | "locateKey"> {
  const over: FieldPath = ["environments", environment, "services", name];
  const base: FieldPath = ["services", name];
  const layer = (path: FieldPath): FieldPath => {
    if (path.length > 0 && document.has([...over, ...path])) return [...over, ...path];
    if (document.has([...base, ...path])) return [...base, ...path];
    return document.has(base) ? base : over;
  };
  return {
    locate: (path) => document.locate(layer(path)),
    locateKey: (path) => document.locateKey(layer(path)),
  };
}
