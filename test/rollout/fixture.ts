import type { HealthCheck, Service } from "#contract";
import type { Delivery } from "#delivery";
import { makeRecord, type Controller, type TargetAddress } from "#host";
import { Sensitive, systemClock, type Fingerprint } from "#kernel";
import type { Step, TargetPlan } from "#plan";
import type { Journal, RolloutEvent, RolloutInput } from "#rollout";
import { createFakeHost, type FakeHost } from "../../src/host/fake.ts";

const controller: Controller = { owner: "p/e/s", epoch: 1, lease: 1, auditHead: `1:${"a".repeat(64)}` };

function readFile(bytes: Uint8Array): { name: string; value: Sensitive }[] {
  const lines = Buffer.from(bytes).toString("utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const at = line.indexOf("=");
    return { name: line.slice(0, at), value: Sensitive.of(line.slice(at + 1)) };
  });
}

export interface Spec {
  readonly service: string;
  readonly host: string;
  readonly order?: number;
  readonly instances?: readonly string[];
  /** absent: the target had nothing before */
  readonly before?: string;
  readonly value: string;
  readonly steps?: readonly Step[];
  /** why it is delivered; by default that it has other content, or none */
  readonly reasons?: TargetPlan["reasons"];
}

/** Fake hosts on which every target runs its `before` value already, and what a rollout to `value` needs. */
export interface Scene {
  readonly hosts: ReadonlyMap<string, FakeHost>;
  readonly deliveries: readonly Delivery[];
  readonly rows: Parameters<Journal["append"]>[0][];
  readonly events: RolloutEvent[];
  readonly input: RolloutInput;
}

export async function makeScene(specs: readonly Spec[], more: Partial<RolloutInput> = {}): Promise<Scene> {
  const names = [...new Set(specs.map(({ host }) => host))];
  const hosts = new Map(names.map((name) => [name, createFakeHost({ name, readFile })]));
  for (const spec of specs) await runBefore(hosts, spec);
  const deliveries = specs.map((spec) => deliveryOf(spec));
  const rows: Scene["rows"] = [];
  const events: RolloutEvent[] = [];
  const journal: Journal = { append: async (row) => void rows.push(row) };
  const input: RolloutInput = {
    deliveries,
    services: new Map(specs.map(({ service }) => [service, serviceOf(service)])),
    hosts,
    controller,
    waves: { sizes: [1, "rest"], soak: 0 },
    journal,
    renew: async () => true,
    clock: systemClock,
    mask: (line) => line,
    onEvent: (event) => void events.push(event),
    ...more,
  };
  return { hosts, deliveries, rows, events, input };
}

/** Two releases before this one: so that a way back that goes one too far is seen. */
async function runBefore(hosts: ReadonlyMap<string, FakeHost>, spec: Spec): Promise<void> {
  const host = hosts.get(spec.host);
  if (host === undefined || spec.before === undefined) return;
  for (const [label, value] of [
    ["r1", `older-${spec.before}`],
    ["r2", spec.before],
  ] as const) {
    const { file, record } = contentOf(label, value);
    const target = addressOf(spec);
    const answers = await host.perform({ ...controller, lease: 0 }, [
      { kind: "stage", target, file, record },
      { kind: "swap", target },
      ...instancesOf(spec).map((instance) => ({ kind: "restart", target, instance, action: "restart" }) as const),
    ]);
    if (answers.some(({ kind }) => kind === "failed")) throw new Error("the scene could not be made");
  }
}

function addressOf(spec: Pick<Spec, "service" | "host" | "instances">): TargetAddress {
  const { service, host } = spec;
  const instances = instancesOf(spec).map((instance) => ({ instance, unit: `${service}@${instance}.service` }));
  const file = { path: `/opt/${service}/.env`, owner: service, group: service, mode: "600" };
  return { id: `${service}@${host}`, service, runtime: { kind: "systemd", file, instances } };
}

function contentOf(label: string, value: string) {
  const variables = [{ name: "VALUE", value: Sensitive.of(value) }];
  const digest = Buffer.from(value.padEnd(8, "_")).subarray(0, 8).toString("hex");
  const record = makeRecord({ release: label, digest, salt: "00".repeat(16), variables });
  return { file: Sensitive.of(`VALUE=${value}\n`), record };
}

function instancesOf({ instances }: Pick<Spec, "instances">): readonly string[] {
  return instances ?? [""];
}

function deliveryOf(spec: Spec): Delivery {
  const steps: readonly Step[] = spec.steps ?? [
    { kind: "file" },
    ...instancesOf(spec).map((instance) => ({ kind: "restart", instance, action: "restart" }) as const),
  ];
  const plan: TargetPlan = {
    target: `${spec.service}@${spec.host}`,
    service: spec.service,
    host: spec.host,
    order: spec.order ?? 1,
    reasons: spec.reasons ?? [
      spec.before === undefined ? { kind: "no-release" } : { kind: "other-release", found: "r2" },
    ],
    variables: [
      { kind: "changed", name: "VALUE", sensitive: true, to: { fingerprint: "0".repeat(16) as Fingerprint } },
    ],
    steps,
    downtime: { kind: "none" },
  };
  return { plan, address: addressOf(spec), content: { kind: "file", ...contentOf("r3", spec.value) } };
}

export function serviceOf(name: string, health: readonly HealthCheck[] = []): Service {
  return {
    name,
    base: name,
    position: { file: "keyturn.yaml", line: 1, column: 1 },
    contract: { file: `${name}/.env.example`, variables: [], findings: [] },
    runtime: { kind: "process", command: ["true"], directory: "/", instances: [""], instanceEnvironment: {} },
    hosts: [],
    order: 1,
    values: {},
    health,
    prepare: [],
    presents: [],
    presenting: new Map(),
    verifies: [],
    verifying: new Map(),
  };
}

/** What a target has now: text of its file and whether each instance runs with it. */
export async function stateOf(scene: Scene, spec: Spec) {
  const host = scene.hosts.get(spec.host);
  if (host === undefined) throw new Error(`no host ${spec.host}`);
  host.setUnreachable(false);
  const [found] = await host.observe([addressOf(spec)]);
  return {
    file: host.fileOf(addressOf(spec))?.reveal().toString("utf8"),
    release: found?.record?.release,
    carries: found?.instances.map(({ carries }) => carries.kind),
  };
}
