import type { Finding } from "#kernel";
import type { FieldPath } from "./document.ts";
import type { MergedService } from "./merge.ts";
import type { RawService } from "./schema.ts";
import type { EnvironmentFile, Runtime } from "../platform.ts";
import { readCommandLine } from "./command-line.ts";
import { readDuration } from "./duration.ts";

type Field = keyof RawService;
type Kind = Runtime["kind"];

/** Fields of each runtime beside those that every service may have: needed, and possible. */
export const fieldsOfRuntime: Readonly<
  Record<Kind, { readonly needs: readonly Field[]; readonly may: readonly Field[] }>
> = {
  systemd: { needs: ["file", "owner", "unit"], may: ["group", "mode", "unit-file", "instances"] },
  compose: {
    needs: ["file", "owner", "project"],
    may: ["group", "mode", "compose-file", "compose-service", "instances"],
  },
  vite: { needs: ["directory", "publish", "owner"], may: ["group", "brand", "build", "output"] },
  process: { needs: ["command"], may: ["directory", "instances", "instance-environment", "port"] },
  docker: {
    needs: ["image"],
    may: ["container", "port", "network", "memory", "cpus", "restart", "volumes", "command", "stop", "exclusive"],
  },
};

/** Fields that a change of runtime leaves behind without a complaint: they describe the service as well. */
const tolerated: readonly Field[] = ["directory", "instances"];

/** Collects findings beside a result, so that all are shown at once. */
export interface Reader {
  readonly service: MergedService;
  readonly findings: Finding[];
}

/** The runtime that the fields describe, or undefined with the reason among the findings. */
export function readRuntime(reader: Reader): Runtime | undefined {
  const { service, findings } = reader;
  const kind = service.fields.runtime;
  if (kind === undefined) {
    report(reader, "manifest-missing", "runtime is missing: expected systemd, compose, docker, vite or process", []);
    return undefined;
  }
  const before = findings.length;
  checkFields(reader, kind);
  const runtime = build(reader, kind);
  return findings.length > before ? undefined : runtime;
}

export function report(reader: Reader, code: string, message: string, path: FieldPath): void {
  const position = path.length === 0 ? reader.service.locateKey(path) : reader.service.locate(path);
  reader.findings.push({ severity: "error", code, message: `${reader.service.name}: ${message}`, position });
}

/** The argument list of a command field; a single text, or a list of one text with spaces, is split. */
export function readCommand(reader: Reader, command: string | readonly string[], path: FieldPath): readonly string[] {
  const [only, ...more] = typeof command === "string" ? [command] : command;
  if (more.length > 0 && typeof command !== "string") return command;
  const read = readCommandLine(only ?? "");
  if (read.kind === "read") return read.command;
  report(reader, "command-invalid", `expected ${read.reason}`, path);
  return [];
}

function checkFields(reader: Reader, kind: Kind): void {
  const { fields, name } = reader.service;
  const { needs, may } = fieldsOfRuntime[kind];
  for (const field of needs) {
    if (fields[field] === undefined) report(reader, "manifest-missing", `${field} is missing, ${kind} needs it`, []);
  }
  const others = Object.values(fieldsOfRuntime).flatMap((entry) => [...entry.needs, ...entry.may]);
  for (const field of new Set(others)) {
    const foreign = fields[field] !== undefined && !needs.includes(field) && !may.includes(field);
    if (!foreign || tolerated.includes(field)) continue;
    const position = reader.service.locateKey([field]);
    const message = `${name}: ${field} means nothing to ${kind}`;
    reader.findings.push({ severity: "error", code: "manifest-key", message, position });
  }
}

function build(reader: Reader, kind: Kind): Runtime {
  if (kind === "systemd") return systemd(reader);
  if (kind === "compose") return compose(reader);
  if (kind === "docker") return docker(reader);
  return kind === "vite" ? vite(reader) : localProcess(reader);
}

function systemd(reader: Reader): Runtime {
  const { fields } = reader.service;
  const unit = fields.unit ?? "";
  const template = unit.endsWith("@.service");
  if (template && fields.instances === undefined) {
    report(reader, "manifest-missing", `instances is missing, the template ${unit} needs their names`, ["unit"]);
  }
  if (!template && fields.instances !== undefined && unit !== "") {
    report(reader, "manifest-conflict", `expected a template NAME@.service beside instances`, ["unit"]);
  }
  const unitFile = fields["unit-file"];
  return {
    kind: "systemd",
    file: environmentFile(fields),
    unit,
    instances: instances(reader),
    ...(unitFile === undefined ? {} : { unitFile: normalPath(unitFile) }),
  };
}

function compose(reader: Reader): Runtime {
  const { fields, name } = reader.service;
  return {
    kind: "compose",
    file: environmentFile(fields),
    project: fields.project ?? "",
    composeFile: fields["compose-file"] ?? "compose.yaml",
    composeService: fields["compose-service"] ?? name,
    instances: instances(reader),
  };
}

function vite(reader: Reader): Runtime {
  const { fields } = reader.service;
  const owner = fields.owner ?? "";
  return {
    kind: "vite",
    directory: normalPath(fields.directory ?? ""),
    build: fields.build === undefined ? ["npm", "run", "build"] : readCommand(reader, fields.build, ["build"]),
    output: normalPath(fields.output ?? "dist"),
    publish: fields.publish ?? "",
    owner,
    group: fields.group ?? owner,
    ...(fields.brand === undefined ? {} : { brand: normalPath(fields.brand) }),
  };
}

function localProcess(reader: Reader): Runtime {
  const { fields } = reader.service;
  const environment = Object.entries(fields["instance-environment"] ?? {});
  return {
    kind: "process",
    command: fields.command === undefined ? [] : readCommand(reader, fields.command, ["command"]),
    directory: normalPath(fields.directory ?? "."),
    instances: instances(reader),
    instanceEnvironment: Object.fromEntries(environment.map(([name, value]) => [name, String(value)])),
  };
}

const usualStop = "10s";

function docker(reader: Reader): Runtime {
  const { fields, name } = reader.service;
  const { image = "", port, network, memory, cpus, command } = fields;
  return {
    kind: "docker",
    container: fields.container ?? name,
    image,
    exclusive: fields.exclusive ?? false,
    restart: fields.restart ?? "unless-stopped",
    volumes: fields.volumes ?? [],
    stop: readDuration(fields.stop ?? usualStop),
    labels: {},
    instances: [""],
    ...(port === undefined ? {} : { port }),
    ...(network === undefined ? {} : { network }),
    ...(memory === undefined ? {} : { memory: readMemory(memory) }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(command === undefined ? {} : { command: readCommand(reader, command, ["command"]) }),
  };
}

/** `512m` as docker writes it, in bytes. */
function readMemory(text: string): number {
  const unit = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[text.slice(-1)] ?? 1;
  return Number.parseInt(text, 10) * unit;
}

function environmentFile(fields: RawService): EnvironmentFile {
  const owner = fields.owner ?? "";
  const mode = String(fields.mode ?? "600").replace(/^0/, "");
  return { path: fields.file ?? "", owner, group: fields.group ?? owner, mode };
}

function instances(reader: Reader): readonly string[] {
  const names = reader.service.fields.instances?.map(String) ?? [""];
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) report(reader, "duplicate", `instance ${name} stands twice`, ["instances", index]);
  });
  return names;
}

/** `./a/b/` and `a/b` are one path. */
export function normalPath(path: string): string {
  return path.replace(/^\.\/(?=.)/, "").replace(/(?<=.)\/$/, "");
}
