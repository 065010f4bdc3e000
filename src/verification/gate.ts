import type { Service } from "#contract";
import type { Host } from "#host";
import type { Clock } from "#kernel";
import { checksOf } from "./check.ts";
import { checkOnce, expectRelease, pollUntil, type CheckResult } from "./control-check.ts";
import { askMachine } from "./machine-check.ts";

export interface GateInput {
  readonly service: Service;
  readonly host: Host;
  readonly instances: readonly string[];
  /** the label that they were given just now: what a service reports must be this one */
  readonly release?: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * What the machine could not check itself: requests from the control plane, and the manifest's own commands. All
 * instances at once; the first failure is the gate's.
 */
export async function passGate(input: GateInput): Promise<CheckResult> {
  const results = await Promise.all(input.instances.map((instance) => checkInstance(input, instance)));
  return results.find((result) => result.kind === "failed") ?? { kind: "passed" };
}

async function checkInstance(input: GateInput, instance: string): Promise<CheckResult> {
  const { service, host, release, clock, signal } = input;
  const checks = checksOf(service, host.name, instance);
  const poll = { deadline: checks.deadline, clock, ...(signal === undefined ? {} : { signal }) };
  // instances are checked by the machine in its own stream; of a bundle it knows only that it is in place
  const asked = service.runtime.kind === "vite" ? checks.onHost : [];
  const polls = [
    ...checks.fromControl.map((check) =>
      pollUntil(
        async (left) => expectRelease(await checkOnce(check, Math.min(check.timeout, left)), check, release),
        poll,
      ),
    ),
    ...asked.map((check) => pollUntil(() => askMachine(host, check), poll)),
  ];
  const commands = checks.commands.map(({ command }) => runCheck(host, command, checks.deadline));
  const results = await Promise.all([...polls, ...commands]);
  return results.find((result) => result.kind === "failed") ?? { kind: "passed" };
}

async function runCheck(host: Host, command: readonly string[], timeout: number): Promise<CheckResult> {
  const result = await host.run(command, { timeout });
  if (result.kind === "timeout") return { kind: "failed", detail: `${command[0] ?? "command"} did not end in time` };
  return result.code === 0
    ? { kind: "passed" }
    : { kind: "failed", detail: `${command[0] ?? "command"} ended with ${result.code}` };
}
