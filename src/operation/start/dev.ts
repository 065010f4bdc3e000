import { createServer } from "node:net";
import { bindService } from "#binding";
import type { Platform, Service } from "#contract";
import { runningProcesses, stopProcesses, type StopCounts } from "#host";
import { AppError } from "#kernel";
import { checksOf } from "#verification";
import { loadDeployed } from "../deploy/deployed.ts";
import { applyPlatform, type ApplyRequest, type ApplyResult } from "../deploy/apply.ts";
import { inPlatform, record } from "../change.ts";
import type { Context } from "../context.ts";
import { generateValues, type Generated } from "../value/generate-values.ts";
import { giveGrants, listGrants } from "../value/grant.ts";
import { importSource, type Imported } from "../value/import-source.ts";
import { boundVersions } from "../value/version-text.ts";
import { processFolder } from "./process-folder.ts";
import { platformStatus, type StatusResult } from "../deploy/status.ts";
import { readStock } from "../deploy/survey.ts";

export interface DevRequest {
  /** a dotenv file with sample values for what no rule can make */
  readonly sample?: string;
  readonly onStage: (stage: DevStage) => void;
  readonly onEvent: ApplyRequest["onEvent"];
  readonly signal: AbortSignal;
}

export type DevStage =
  | { readonly kind: "granted"; readonly count: number }
  | { readonly kind: "generated"; readonly names: readonly string[] }
  | { readonly kind: "imported"; readonly imported: Imported };

export interface DevResult {
  readonly applied: ApplyResult;
  readonly status: StatusResult;
  /** addresses to open, by service */
  readonly addresses: readonly { readonly service: string; readonly url: string }[];
}

/**
 * Brings the whole platform up as processes of this machine, by the same engine that serves hosts: grants, values,
 * plan, delivery, verification. May be repeated: what is there already stays as it is.
 */
export async function startDev(context: Context, request: DevRequest): Promise<DevResult> {
  const { platform } = await context.loadPlatform();
  refuseHosts(platform);
  await context.makeStore();
  await prepareValues(context, request);
  await refuseTakenPorts(context, (await loadDeployed(context)).platform);
  await openDoor(context, platform);
  const applied = await applyPlatform(context, {
    part: [],
    confirm: async () => true,
    onEvent: request.onEvent,
    signal: request.signal,
  });
  const status = await platformStatus(context, []);
  return { applied, status, addresses: (await loadDeployed(context)).platform.services.flatMap(addressesOf) };
}

/** Ends every process that the environment has on this machine. */
export function stopDev(context: Context): Promise<StopCounts> {
  return stopProcesses(processFolder(context.home, context.environment));
}

/** Whoever owns this machine's processes can read the values from now on: an entry before they leave the store. */
function openDoor(context: Context, platform: Platform): Promise<void> {
  const services = platform.services.map(({ name }) => name);
  return inPlatform(context, platform, async (environment, tx) => {
    const stock = await readStock(environment);
    const variables = platform.services.flatMap((service) =>
      service.hosts.flatMap((host) => bindService(service, host, stock).variables),
    );
    const detail = { services, versions: boundVersions(variables) };
    await record(context, tx, { action: "value.dev", subject: context.environment, detail });
  });
}

function refuseHosts({ services, environment }: Platform): void {
  const others = services.filter(({ runtime }) => runtime.kind !== "process").map(({ name }) => name);
  if (others.length === 0) return;
  throw new AppError("USAGE", `${others.join(", ")} of ${environment.name} are no local processes`, {
    hint: "`keyturn dev` is for an environment whose services all have runtime: process",
  });
}

/** On a developer's machine, what the contracts ask for is given and made without a question, and shown. */
async function prepareValues(context: Context, { sample, onStage }: DevRequest): Promise<void> {
  const { wishes } = await listGrants(context);
  const hold = wishes.filter(({ kind }) => kind === "hold");
  if (hold.length > 0) {
    await giveGrants(context, hold);
    onStage({ kind: "granted", count: hold.length });
  }
  const generated = await generateValues(context, { names: [], missing: true, newVersion: false });
  const names = generated.filter(isNew).map(({ name }) => name);
  if (names.length > 0) onStage({ kind: "generated", names });
  if (sample === undefined) return;
  const imported = await importSource(context, `dotenv:${sample}`);
  if (imported.values.some(({ kind }) => kind === "stored")) onStage({ kind: "imported", imported });
}

function isNew(one: Generated): boolean {
  return one.kind === "generated";
}

async function refuseTakenPorts(context: Context, { services }: Platform): Promise<void> {
  const running = await runningProcesses(processFolder(context.home, context.environment));
  for (const service of services) {
    for (const { instance, port } of portsOf(service)) {
      if (running.some((one) => one.service === service.name && one.instance === instance)) continue;
      if (await isFree(port)) continue;
      const who = instance === "" ? service.name : `${service.name} ${instance}`;
      throw new AppError("PORT_TAKEN", `port ${port}, which ${who} needs, is taken by another program`, {
        hint: "stop that program, or move all ports of the platform: --port-shift 1000",
        data: { port, service: service.name },
      });
    }
  }
}

function portsOf(service: Service): readonly { readonly instance: string; readonly port: number }[] {
  if (service.runtime.kind !== "process") return [];
  return service.runtime.instances.flatMap((instance) =>
    checksOf(service, "", instance).onHost.map((check) => ({
      instance,
      port: check.kind === "tcp" ? check.port : Number(new URL(check.url).port),
    })),
  );
}

/** Both, since a program may listen on the loopback address alone or on all of them. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "0.0.0.0"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function addressesOf(service: Service): readonly { readonly service: string; readonly url: string }[] {
  const [check] = service.health;
  if (check === undefined || check.kind !== "http" || check.url.includes("%i")) return [];
  return [{ service: service.name, url: check.url }];
}
