import { posix } from "node:path";
import { readDocument } from "../manifest/document.ts";
import { grammar } from "../manifest/grammar.ts";
import { readUnitFile } from "../manifest/unit-file.ts";

/** A file of the repository, by its path relative to where the manifest will be. */
export interface FoundFile {
  readonly path: string;
  readonly text: string;
}

export interface FoundService {
  readonly name: string;
  readonly contract: string;
  readonly seenIn: string;
  readonly runtime: FoundRuntime;
}

type FoundRuntime =
  | {
      readonly kind: "systemd";
      readonly unit: string;
      readonly template: boolean;
      readonly unitFile: string;
      readonly file?: string;
      readonly owner?: string;
      readonly group?: string;
    }
  | {
      readonly kind: "compose";
      readonly composeFile: string;
      readonly composeService: string;
      readonly envFile: string;
    }
  | { readonly kind: "vite"; readonly directory: string; readonly brand?: string }
  | { readonly kind: "process"; readonly directory: string };

type Unnamed = Omit<FoundService, "name"> & { readonly wanted: string };

/** One service per unit, compose service and Vite package that has a contract near, and per contract left over. */
export function findServices(found: readonly FoundFile[]): readonly FoundService[] {
  const contracts = found
    .map((file) => file.path)
    .filter((path) => /(?:^|\/)\.env\.(?:example|sample|template)$/.test(path));
  const shown = [
    ...found.flatMap((file) => fromUnit(file, contracts)),
    ...found.flatMap((file) => fromCompose(file, contracts)),
    ...found.flatMap((file) => fromVite(file, contracts, found)),
  ];
  const used = new Set(shown.map((service) => service.contract));
  const left = contracts.filter((contract) => !used.has(contract)).map(fromContract);
  return named([...shown, ...left]);
}

function fromUnit({ path, text }: FoundFile, contracts: readonly string[]): readonly Unnamed[] {
  const unit = path.slice(path.lastIndexOf("/") + 1);
  if (!unit.endsWith(".service") || !grammar.unit.safeParse(unit).success) return [];
  const { template, environmentFile, user, group } = readUnitFile(unit, text);
  const base = unit.replace(/@?\.service$/, "");
  const told = [base, environmentFile === undefined ? undefined : folderName(environmentFile), user];
  const contract = contractNear(path, contracts) ?? contractNamed(told, contracts);
  if (contract === undefined) return [];
  const runtime: FoundRuntime = {
    kind: "systemd",
    unit,
    template,
    unitFile: path,
    ...(grammar.absolutePath.safeParse(environmentFile).success && environmentFile ? { file: environmentFile } : {}),
    ...(grammar.user.safeParse(user).success && user ? { owner: user } : {}),
    ...(grammar.user.safeParse(group).success && group ? { group } : {}),
  };
  return [{ wanted: nameFrom(contract, base), contract, seenIn: path, runtime }];
}

function fromCompose({ path, text }: FoundFile, contracts: readonly string[]): readonly Unnamed[] {
  const file = path.slice(path.lastIndexOf("/") + 1);
  if (!/^(?:docker-)?compose(?:[.-][A-Za-z0-9_.-]+)?\.ya?ml$/.test(file)) return [];
  return Object.entries(composeServices(text)).flatMap(([name, service]): readonly Unnamed[] => {
    const envFile = firstEnvFile(service);
    if (envFile === undefined) return [];
    const near = contractNear(join(folderOf(path), envFile), contracts);
    const contract = near ?? contractNamed([name], contracts);
    if (contract === undefined) return [];
    const runtime: FoundRuntime = { kind: "compose", composeFile: file, composeService: name, envFile };
    return [{ wanted: name, contract, seenIn: path, runtime }];
  });
}

/** A file that can't be read has none: whoever runs it will be told. */
function composeServices(text: string): Readonly<Record<string, unknown>> {
  const { content } = readDocument(text, "");
  const services = isRecord(content) ? content["services"] : undefined;
  return isRecord(services) ? services : {};
}

/** `env_file: a`, `env_file: [a, b]`, `env_file: [{ path: a }]`. */
function firstEnvFile(service: unknown): string | undefined {
  const given = isRecord(service) ? service["env_file"] : undefined;
  const first: unknown = Array.isArray(given) ? given[0] : given;
  const path = isRecord(first) ? first["path"] : first;
  return typeof path === "string" ? path.replace(/^\.\//, "") : undefined;
}

function fromVite({ path }: FoundFile, contracts: readonly string[], found: readonly FoundFile[]): readonly Unnamed[] {
  if (!/(?:^|\/)vite\.config\.[cm]?[jt]s$/.test(path)) return [];
  const directory = folderOf(path);
  const contract = contracts.find((candidate) => folderOf(candidate) === directory);
  if (contract === undefined) return [];
  const brands = found
    .map((file) => file.path)
    .filter((candidate) => /(?:^|\/)brands?\/(?:.*\/)?\.env$/.test(candidate));
  const brand = brands.find((candidate) => candidate.startsWith(`${directory}/`)) ?? brands[0];
  const runtime: FoundRuntime = {
    kind: "vite",
    directory: directory || ".",
    ...(brand === undefined ? {} : { brand: posix.relative(directory, brand) }),
  };
  return [{ wanted: nameFrom(contract, "console"), contract, seenIn: path, runtime }];
}

function fromContract(contract: string): Unnamed {
  const directory = folderOf(contract) || ".";
  return { wanted: nameFrom(contract, "app"), contract, seenIn: contract, runtime: { kind: "process", directory } };
}

/** In the file's folder, or the nearest one above it. */
function contractNear(path: string, contracts: readonly string[]): string | undefined {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const near = contracts.find((contract) => folderOf(contract) === folder);
    if (near !== undefined || folder === "") return near;
  }
}

/** In a folder called like what a unit or compose file somewhere else says of its service. */
function contractNamed(names: readonly (string | undefined)[], contracts: readonly string[]): string | undefined {
  const found = names.map((name) => contracts.find((contract) => folderName(contract) === name));
  return found.find((contract) => contract !== undefined);
}

function folderName(path: string): string {
  const folder = folderOf(path);
  return folder.slice(folder.lastIndexOf("/") + 1);
}

function nameFrom(contract: string, otherwise: string): string {
  const folder = folderName(contract);
  return folder === "" ? otherwise : folder;
}

/** Names in the manifest's grammar, each once. */
function named(services: readonly Unnamed[]): readonly FoundService[] {
  const taken = new Set<string>();
  return services.map(({ wanted, ...service }) => {
    const clean =
      wanted
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, "-")
        .replaceAll(/^[^a-z]+|-+$/g, "")
        .slice(0, 50) || "service";
    let name = clean;
    for (let number = 2; taken.has(name); number++) name = `${clean}-${number}`;
    taken.add(name);
    return { name, ...service };
  });
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

function join(folder: string, path: string): string {
  return posix.normalize(folder === "" ? path : `${folder}/${path}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
