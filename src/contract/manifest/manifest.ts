import type { Finding } from "#kernel";
import { readContract } from "../env-example/contract.ts";
import { readEnvironment } from "./environment-reader.ts";
import { readDocument, type FieldPath, type ManifestDocument } from "./document.ts";
import { presentingSchema, probeSchema, verifyingSchema } from "./holder-schema.ts";
import { issueFindings } from "./issue.ts";
import { readIssuers } from "./issuer-reader.ts";
import {
  commandSchema,
  grafanaSchema,
  iamSchema,
  issuerSchema,
  livekitSchema,
  postgresSchema,
  redisSchema,
  secretSchema,
  twilioSchema,
} from "./issuer-schema.ts";
import { mergeServices, type MergedService } from "./merge.ts";
import { rotateSchema } from "./rotate-schema.ts";
import { readSchedules } from "./schedule-reader.ts";
import { environmentSchema, manifestDefinition, serviceSchema, type RawManifest } from "./schema.ts";
import { nearest } from "./nearest.ts";
import type { Platform, Service } from "../platform.ts";
import { verifiersAmong } from "./presenting-reader.ts";
import { readPairs } from "./pair-reader.ts";
import { normalPath } from "./runtime-reader.ts";
import { builtSecrets } from "./public-bundle.ts";
import { orderServices } from "./service-order.ts";
import { readService } from "./service-reader.ts";
import { targetConflicts } from "./target-conflict.ts";
import type { Contract } from "../variable.ts";

export interface ManifestOptions {
  /** may be left out where the manifest has only one, or only one that is no production */
  readonly environment?: string;
  /** text of a file, by its path relative to the manifest; undefined where there is none */
  readonly readText: (path: string) => string | undefined;
}

/** No platform when a finding is an error of the manifest's own; a contract's findings do not take it away. */
export interface ManifestResult {
  readonly platform?: Platform;
  readonly findings: readonly Finding[];
}

/** Reads `keyturn.yaml` and the contracts it names for one environment. Total: whatever is wrong is a finding. */
export function readManifest(text: string, file: string, options: ManifestOptions): ManifestResult {
  const document = readDocument(text, file);
  if (document.findings.length > 0) return { findings: document.findings };
  const parsed = manifestDefinition.safeParse(document.content);
  if (!parsed.success) return { findings: issueFindings(parsed.error.issues, document, knownFields) };
  const environment = chooseEnvironment(parsed.data, options.environment, document);
  if (typeof environment !== "string") return { findings: [environment] };
  return describe(parsed.data, environment, { document, file, readText: options.readText });
}

/** Names of the environments, for choosing one; empty when the manifest can't be read. */
export function listEnvironments(text: string, file: string): readonly string[] {
  const parsed = manifestDefinition.safeParse(readDocument(text, file).content);
  return parsed.success ? Object.keys(parsed.data.environments) : [];
}

interface Reading {
  readonly document: ManifestDocument;
  readonly file: string;
  readonly readText: (path: string) => string | undefined;
}

function describe(manifest: RawManifest, name: string, reading: Reading): ManifestResult {
  const { document, file } = reading;
  const raw = manifest.environments[name];
  if (raw === undefined) return { findings: [] };
  const { findings: around, ...surroundings } = readEnvironment(name, raw, document);
  const merged = mergeServices(manifest, name, document);
  const contracts = readContracts(merged, reading);
  const allNames = allServices(manifest);
  const order = orderServices(merged, allNames);
  const verifiers = verifiersAmong(merged, allNames);
  const read = merged.map((service) =>
    readService(service, {
      hosts: surroundings.hosts,
      environment: name,
      order: order.order.get(service.name) ?? 0,
      verifiers,
      contract: contracts.byService.get(service.name),
    }),
  );
  const services = read.flatMap((entry) => entry.service ?? []);
  const declared = { document, contracts: [...contracts.byService.values()] };
  const { issuers, findings: named } = readIssuers(manifest, name, declared);
  const { pairs, findings: unpaired, apart } = readPairs(manifest, name, { document, services });
  const { schedules, findings: unmade } = readSchedules(manifest, name, declared);
  const own = [
    ...around,
    ...order.findings,
    ...contracts.findings,
    ...read.flatMap((entry) => entry.findings),
    ...named,
    ...unmade,
    ...unpaired,
  ];
  own.push(...targetConflicts(services));
  const ofContracts = new Set([...contracts.byService.values()].flatMap((contract) => contract.findings));
  const findings = [...own, ...ofContracts, ...builtSecrets(services), ...apart];
  if (own.some((finding) => finding.severity === "error")) return { findings };
  const environment = { name, production: raw.production ?? false };
  return {
    platform: {
      name: manifest.platform,
      environment,
      services: inOrder(services),
      ...surroundings,
      issuers,
      pairs,
      schedules,
      file,
    },
    findings,
  };
}

function inOrder(services: readonly Service[]): readonly Service[] {
  return services.toSorted((a, b) => a.order - b.order);
}

function allServices(manifest: RawManifest): readonly string[] {
  return [
    ...Object.keys(manifest.services),
    ...Object.values(manifest.environments).flatMap((environment) => Object.keys(environment.services ?? {})),
  ];
}

interface Contracts {
  readonly byService: ReadonlyMap<string, Contract>;
  readonly findings: readonly Finding[];
}

/** Each file once, however many services share it. */
function readContracts(services: readonly MergedService[], { readText }: Reading): Contracts {
  const byPath = new Map<string, Contract | undefined>();
  const byService = new Map<string, Contract>();
  const findings: Finding[] = [];
  for (const service of services) {
    const path = service.fields.contract === undefined ? undefined : normalPath(service.fields.contract);
    if (path === undefined) findings.push(lacksContract(service));
    if (path === undefined) continue;
    if (!byPath.has(path)) byPath.set(path, contractAt(path, readText));
    const contract = byPath.get(path);
    if (contract === undefined) findings.push(contractMissing(service, path));
    else byService.set(service.name, contract);
  }
  return { byService, findings };
}

function contractAt(path: string, readText: Reading["readText"]): Contract | undefined {
  const text = readText(path);
  return text === undefined ? undefined : readContract(text, path);
}

function lacksContract(service: MergedService): Finding {
  const message = `${service.name}: contract is missing: expected the path of its .env.example`;
  return { severity: "error", code: "manifest-missing", message, position: service.locateKey([]) };
}

function contractMissing(service: MergedService, path: string): Finding {
  const message = `${service.name}: there is no file ${path}`;
  return { severity: "error", code: "contract-missing", message, position: service.locate(["contract"]) };
}

function chooseEnvironment(
  manifest: RawManifest,
  wanted: string | undefined,
  document: ManifestDocument,
): string | Finding {
  const names = Object.keys(manifest.environments);
  const [first, ...more] = names;
  if (wanted === undefined && first !== undefined && more.length === 0) return first;
  const [harmless, ...others] = names.filter((name) => manifest.environments[name]?.production !== true);
  if (wanted === undefined && harmless !== undefined && others.length === 0) return harmless;
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  if (first === undefined) {
    const position = document.locateKey(["environments"]);
    return { severity: "error", code: "manifest-missing", message: "environments holds none", position };
  }
  const close = wanted === undefined ? undefined : nearest(wanted, names);
  const message =
    wanted === undefined
      ? `expected the name of an environment: ${names.join(", ")}`
      : `there is no environment ${wanted}${close === undefined ? `, only ${names.join(", ")}` : `, did you mean ${close}?`}`;
  return { severity: "error", code: "environment-unknown", message, position: document.locateKey(["environments"]) };
}

/** Fields at a place of the manifest, for the guess at a misspelled one. */
function knownFields(path: FieldPath): readonly string[] {
  const [top, , inner] = path;
  if (path.length === 0) return Object.keys(manifestDefinition.shape);
  if (top === "environments" && path.length === 2) return Object.keys(environmentSchema.shape);
  if (top === "services" && path.length === 2) return Object.keys(serviceSchema.shape);
  if (top === "environments" && inner === "services" && path.length === 4) return Object.keys(serviceSchema.shape);
  const parts: Readonly<Record<string, readonly string[]>> = {
    drain: ["signal", "http", "idle", "limit"],
    idle: ["url", "field", "is"],
    health: ["http", "tcp", "command", "from", "timeout", "deadline", "status", "release"],
    verifies: Object.keys(verifyingSchema.shape),
    presents: Object.keys(presentingSchema.shape),
    probe: Object.keys(probeSchema.shape),
    report: ["http", "from"],
    prepare: ["run", "as", "directory"],
    freeze: ["days", "from", "until", "reason"],
    hosts: ["address"],
    ssh: ["config"],
    sources: ["dotenv", "files"],
    secrets: Object.keys(secretSchema.shape),
    issuer: Object.keys(issuerSchema.shape),
    redis: Object.keys(redisSchema.shape),
    postgres: Object.keys(postgresSchema.shape),
    grafana: Object.keys(grafanaSchema.shape),
    twilio: Object.keys(twilioSchema.shape),
    livekit: Object.keys(livekitSchema.shape),
    iam: Object.keys(iamSchema.shape),
    command: Object.keys(commandSchema.shape),
    rotate: Object.keys(rotateSchema.shape),
  };
  const around = path.findLast((step) => typeof step === "string" && Object.hasOwn(parts, step));
  return typeof around === "string" ? (parts[around] ?? []) : [];
}
