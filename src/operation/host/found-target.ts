import type { HostEntry, Service } from "#contract";
import { addressOf, readFile, releaseVariable } from "#delivery";
import type { TargetAddress, TargetContent, TargetObservation } from "#host";
import { AppError, Sensitive, type Finding } from "#kernel";
import type { Context } from "../context.ts";

/** What a target holds before Keyturn owns it. */
export interface FoundTarget {
  readonly target: string;
  readonly service: Service;
  readonly host: string;
  readonly address: TargetAddress;
  readonly state:
    | { readonly kind: "read"; readonly variables: readonly FoundVariable[] }
    /** no file yet: the first apply makes it */
    | { readonly kind: "empty" }
    /** a bundle can't be read back: the next apply builds and publishes it */
    | { readonly kind: "bundle" }
    | { readonly kind: "owned"; readonly owner: string };
  /** lines that the consumer itself would drop or refuse */
  readonly findings: readonly Finding[];
}

export interface FoundVariable {
  readonly name: string;
  readonly value: Sensitive;
  /** the same name in the running processes; `unknown` when none runs */
  readonly process: "same" | "different" | "absent" | "unknown";
}

/** Reads every target of one host. A target that has an owner is not read: its machine would refuse. */
export async function readHost(
  context: Context,
  services: readonly Service[],
  entry: HostEntry,
): Promise<readonly FoundTarget[]> {
  const host = context.connect(entry);
  const own = services.filter(({ hosts }) => hosts.includes(entry.name));
  const observed = await host.observe(own.map((service) => addressOf(service, entry.name)));
  const found: FoundTarget[] = [];
  for (const service of own) {
    const address = addressOf(service, entry.name);
    const base = { target: address.id, service, host: entry.name, address, findings: [] };
    const observation = observed.find(({ target }) => target === address.id);
    if (observation?.owner.kind === "owned") {
      found.push({ ...base, state: { kind: "owned", owner: observation.owner.owner } });
    } else if (service.runtime.kind === "vite") found.push({ ...base, state: { kind: "bundle" } });
    else found.push({ ...base, ...readContent(service, observation?.reader, await host.read(address)) });
  }
  return found;
}

function readContent(
  { name, runtime }: Service,
  reader: TargetObservation["reader"],
  { file, processes }: TargetContent,
): Pick<FoundTarget, "state" | "findings"> {
  if (runtime.kind === "vite") throw new AppError("INTERNAL", `${name} is a bundle and was read`);
  if (file === undefined) return { state: { kind: "empty" }, findings: [] };
  const { entries, findings } = readFile({ runtime, reader }, file.reveal());
  const environments = processes.map(({ environment }) => variablesOf(environment));
  // of a name that is there twice the last one counts, as for the consumer
  const values = new Map(entries.map(({ name, value }) => [name, value]));
  values.delete(releaseVariable);
  const variables = [...values].map(([name, value]) => ({ name, value, process: compare(name, value, environments) }));
  return { state: { kind: "read", variables }, findings };
}

type Environment = ReadonlyMap<string, Sensitive>;

function compare(name: string, value: Sensitive, environments: readonly Environment[]): FoundVariable["process"] {
  if (environments.length === 0) return "unknown";
  const found = environments.map((environment) => environment.get(name));
  if (found.some((one) => one !== undefined && !one.equals(value))) return "different";
  return found.includes(undefined) ? "absent" : "same";
}

/** `NAME=value` entries, each ended by NUL, as the kernel shows them. */
function variablesOf(environment: Sensitive): Environment {
  const bytes = environment.reveal();
  const variables = new Map<string, Sensitive>();
  for (let start = 0; start < bytes.byteLength;) {
    const nul = bytes.indexOf(0, start);
    const end = nul === -1 ? bytes.byteLength : nul;
    const entry = bytes.subarray(start, end);
    const equals = entry.indexOf(0x3d);
    if (equals > 0)
      variables.set(entry.subarray(0, equals).toString("latin1"), Sensitive.of(entry.subarray(equals + 1)));
    start = end + 1;
  }
  return variables;
}
