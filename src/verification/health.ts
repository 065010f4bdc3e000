import type { Service } from "#contract";
import type { Host, HostCheck } from "#host";
import { checksOf, type ControlCheck } from "./check.ts";
import { checkOnce, type CheckResult } from "./control-check.ts";
import { askMachine } from "./machine-check.ts";

export type Health =
  /** with the release that it says it carries, where the manifest says how it tells */
  | { readonly kind: "healthy"; readonly release?: string }
  | { readonly kind: "unhealthy"; readonly detail: string }
  /** the manifest has no check for it */
  | { readonly kind: "unchecked" };

export interface HealthInput {
  readonly service: Service;
  readonly host: Host;
  readonly instance: string;
  /** this machine is the host: its loopback is ours */
  readonly local: boolean;
}

const onceTimeout = 3_000;

/** Each check of one instance, once, now. For looking only: a rollout has its gate. */
export async function healthOf(input: HealthInput): Promise<Health> {
  const { onHost, fromControl } = checksOf(input.service, input.host.name, input.instance);
  const checks = [
    ...onHost.map((check) => onMachine(input, check)),
    ...fromControl.map((check) => checkOnce(check, check.timeout)),
  ];
  if (checks.length === 0) return { kind: "unchecked" };
  const results = await Promise.all(checks);
  const failed = results.find((result) => result.kind === "failed");
  if (failed !== undefined) return { kind: "unhealthy", detail: failed.detail };
  const [release] = results.flatMap((result) => (result.kind === "passed" ? [result.release ?? []].flat() : []));
  return { kind: "healthy", ...(release === undefined ? {} : { release }) };
}

function onMachine({ host, local }: HealthInput, check: HostCheck): Promise<CheckResult> {
  if (local) return checkOnce(asControl(check), onceTimeout);
  return askMachine(host, check);
}

function asControl(check: HostCheck): ControlCheck {
  return check.kind === "http" ? check : { ...check, timeout: onceTimeout };
}
