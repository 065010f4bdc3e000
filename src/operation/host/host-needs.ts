import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dirname } from "node:path/posix";
import { readUnitFile, type HostEntry, type Platform, type Service } from "#contract";
import { addressOf } from "#delivery";
import {
  bootstrapPlan,
  type BootstrapOptions,
  type BootstrapPlan,
  type MarkedTarget,
  type PrepareCommand,
} from "#host";
import { AppError } from "#kernel";
import type { LoadedPlatform } from "../context.ts";

/** What one machine needs before its first deploy, out of the manifest; undefined where nothing is needed. */
export async function planPreparation(
  { platform, folder }: LoadedPlatform,
  entry: HostEntry,
  deployUser: string,
  takeOver: readonly MarkedTarget[] = [],
): Promise<BootstrapPlan | undefined> {
  const services = servicesToPrepare(platform, entry.name);
  if (services.length === 0) return undefined;
  const units = await Promise.all(services.map((service) => unitOf(service, folder)));
  const targets = services.map((service) => addressOf(service, entry.name));
  return bootstrapPlan(entry.name, targets, {
    deployUser,
    unitFiles: distinct(
      units.flatMap(({ file }) => file),
      ({ path }) => path,
    ),
    serviceUsers: distinct(
      units.flatMap(({ users }) => users),
      ({ name }) => name,
    ),
    folders: [],
    prepareCommands: services.flatMap((service) => commandsOf(service, entry.name)),
    takeOver,
  });
}

/** Plain local processes need no helper. */
export function servicesToPrepare({ services }: Platform, host: string): readonly Service[] {
  return services.filter(
    ({ hosts, runtime }) => hosts.includes(host) && runtime.kind !== "process" && runtime.kind !== "docker",
  );
}

interface UnitNeeds {
  readonly file: BootstrapOptions["unitFiles"];
  readonly users: BootstrapOptions["serviceUsers"];
}

/** The unit file's own user is needed as well as the file's owner: they may be two. */
async function unitOf(service: Service, folder: string): Promise<UnitNeeds> {
  const { runtime } = service;
  const owner = ownerOf(service);
  if (runtime.kind !== "systemd" || runtime.unitFile === undefined) return { file: [], users: usersOf([owner]) };
  const text = await readUnit(join(folder, runtime.unitFile), service.name);
  const { user } = readUnitFile(runtime.unit, text);
  const named = user === undefined || !/^[a-z_][a-z0-9_-]*$/.test(user) ? [] : [user];
  return { file: [{ path: `/etc/systemd/system/${runtime.unit}`, text }], users: usersOf([owner, ...named]) };
}

async function readUnit(path: string, service: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `the unit file of ${service} can't be read: ${path}`, { cause });
  });
}

function usersOf(names: readonly string[]): UnitNeeds["users"] {
  return names.filter((name) => name !== "root").map((name) => ({ name }));
}

/** Numbered as the rollout numbers them: among those of the service that run as its user. */
function commandsOf(service: Service, host: string): readonly PrepareCommand[] {
  return service.prepare
    .filter((command) => command.as === "service")
    .map(({ command, directory }, index) => ({
      target: addressOf(service, host).id,
      index,
      user: ownerOf(service),
      directory: directory ?? folderOf(service),
      command,
    }));
}

function ownerOf({ runtime }: Service): string {
  if (runtime.kind === "vite") return runtime.owner;
  return "file" in runtime ? runtime.file.owner : "root";
}

function folderOf({ runtime }: Service): string {
  if (runtime.kind === "vite") return runtime.publish;
  if (runtime.kind === "docker") return "/";
  return runtime.kind === "process" ? runtime.directory : dirname(runtime.file.path);
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
