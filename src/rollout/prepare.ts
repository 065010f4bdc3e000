import type { PrepareCommand, Service } from "#contract";
import type { Delivery } from "#delivery";
import type { Host } from "#host";
import { hostOf } from "./conduct.ts";
import type { Failure } from "./event.ts";
import type { RolloutInput } from "./input.ts";
import { send, troubleText } from "./send.ts";

/** A long checkout or dependency install is fine; one that hangs is not. */
const prepareLimit = 15 * 60_000;

/**
 * Runs every host's prepare commands (refresh the code, sync dependencies) before anything changes: without secrets,
 * hosts side by side, the commands of one host in order. The first failure is returned; nothing has changed then.
 */
export async function prepareHosts(input: RolloutInput): Promise<Failure | undefined> {
  const byHost = Map.groupBy(input.deliveries, (delivery) => delivery.plan.host);
  const failures = await Promise.all([...byHost].map(([host, deliveries]) => prepareHost(input, host, deliveries)));
  return failures.find((failure) => failure !== undefined);
}

async function prepareHost(
  input: RolloutInput,
  name: string,
  deliveries: readonly Delivery[],
): Promise<Failure | undefined> {
  const host = hostOf(input, name);
  for (const delivery of deliveries) {
    const service = input.services.get(delivery.plan.service);
    for (const command of service?.prepare ?? []) {
      const failure = await prepareOnce(input, host, delivery, { command, index: serviceIndex(service, command) });
      if (failure !== undefined) return failure;
    }
  }
  return undefined;
}

interface NumberedCommand {
  readonly command: PrepareCommand;
  /** its number among the commands on the machine's allowlist: those that run as the service user */
  readonly index: number;
}

async function prepareOnce(
  input: RolloutInput,
  host: Host,
  { address, plan }: Delivery,
  { command, index }: NumberedCommand,
): Promise<Failure | undefined> {
  const text = command.command.join(" ");
  input.onEvent({ kind: "prepare", host: host.name, target: plan.target, command: text });
  await input.journal.append({ target: plan.target, step: "prepare", state: "started", detail: text });
  if (command.as === "service") return (await send(input, host, [{ kind: "prepare", target: address, index }])).failure;
  const detail = await runOnce(input, host, plan.target, command);
  const state = detail === undefined ? "done" : "failed";
  await input.journal.append({ target: plan.target, step: "prepare", state, detail: detail ?? text });
  return detail === undefined ? undefined : { host: host.name, target: plan.target, step: "prepare", detail };
}

/** What went wrong, or nothing. */
async function runOnce(
  input: RolloutInput,
  host: Host,
  target: string,
  { command, directory }: PrepareCommand,
): Promise<string | undefined> {
  const name = command.join(" ");
  try {
    const result = await host.run(command, {
      timeout: prepareLimit,
      mask: input.mask,
      onLine: (line) => input.onEvent({ kind: "output", host: host.name, target, line }),
      ...(directory === undefined ? {} : { directory }),
      ...(input.stop === undefined ? {} : { signal: input.stop }),
    });
    if (result.kind === "timeout") return `\`${name}\` did not end in ${prepareLimit / 60_000} minutes`;
    return result.code === 0 ? undefined : `\`${name}\` ended with ${result.code}`;
  } catch (error) {
    return input.stop?.aborted ? "stopped by the operator" : troubleText(error);
  }
}

function serviceIndex(service: Service | undefined, command: PrepareCommand): number {
  return (service?.prepare ?? []).filter((other) => other.as === "service").indexOf(command);
}
