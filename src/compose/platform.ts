import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { readManifest, type HostEntry, type Platform, type Service } from "#contract";
import { dialects } from "#dialect";
import { AppError, type Finding, systemCode } from "#kernel";
import type { InspectedPlatform, LoadedPlatform } from "#operation";

/**
 * Reads keyturn.yaml and the contracts it names. Every error is told at once; notices and warnings come along. `look` hears of
 * each file before it is read.
 */
export function loadPlatform(manifest: string, environment: string | undefined, look?: Look): LoadedPlatform {
  const { platform, findings, folder } = inspectPlatform(manifest, environment, look);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (platform === undefined || errors.length > 0) throw invalid(manifest, errors);
  return { platform, folder, findings };
}

/** As above, but what is wrong is told, not thrown. */
export function inspectPlatform(
  manifest: string,
  environment: string | undefined,
  look: Look = () => undefined,
): InspectedPlatform {
  const folder = dirname(manifest);
  const read = (path: string): string | undefined => {
    look(path);
    return readText(path);
  };
  const text = read(manifest);
  if (text === undefined) throw new AppError("MANIFEST_MISSING", `there is no ${manifest}`);
  const { platform, findings } = readManifest(text, manifest, {
    readText: (path) => read(join(folder, path)),
    ...(environment === undefined ? {} : { environment }),
  });
  return { folder, findings, ...(platform === undefined ? {} : { platform: fromFolder(platform, folder, read) }) };
}

type Look = (path: string) => void;
type Read = (path: string) => string | undefined;

function invalid(manifest: string, findings: readonly Finding[]): AppError {
  const inManifest = findings.some(({ position }) => position === undefined || position.file === manifest);
  const code = inManifest ? "MANIFEST_INVALID" : "CONTRACT_INVALID";
  const what = inManifest ? manifest : (findings[0]?.position?.file ?? "the contract");
  return new AppError(code, `${what} can't be used as it is`, { findings });
}

/** Paths of this machine and committed brand files, both relative to the manifest. */
function fromFolder(platform: Platform, folder: string, read: Read): Platform {
  return {
    ...platform,
    hosts: platform.hosts.map((host) => withConfig(host, folder)),
    services: platform.services.map((service) => withBrand(withDirectory(service, folder), folder, read)),
  };
}

function withConfig(host: HostEntry, folder: string): HostEntry {
  const { connection } = host;
  if (connection.kind === "local" || connection.config === undefined) return host;
  return { ...host, connection: { ...connection, config: under(folder, connection.config) } };
}

function withDirectory(service: Service, folder: string): Service {
  const { runtime } = service;
  if (runtime.kind !== "process") return service;
  return { ...service, runtime: { ...runtime, directory: under(folder, runtime.directory) } };
}

/** What the brand file says counts as said by the manifest, which may say otherwise. */
function withBrand(service: Service, folder: string, read: Read): Service {
  const { runtime } = service;
  if (runtime.kind !== "vite" || runtime.brand === undefined) return service;
  const text = read(join(folder, runtime.directory, runtime.brand));
  if (text === undefined) {
    throw new AppError("FILE_UNREADABLE", `the brand file of ${service.name} is not there: ${runtime.brand}`);
  }
  const brand = dialects.dotenv.read(Buffer.from(text, "utf8")).entries;
  const values = brand.map(
    ({ name, value }) => [name, [{ kind: "text", text: value.reveal().toString("utf8") }]] as const,
  );
  return { ...service, values: { ...Object.fromEntries(values), ...service.values } };
}

function under(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR") return undefined;
    throw new AppError("FILE_UNREADABLE", `${path} can't be read`, { cause: error });
  }
}
