import type { Service } from "#contract";
import type { Host, HostCheck } from "#host";
import { checksOf, type ControlCheck } from "./check.ts";
import { checkOnce, type CheckResult } from "./control-check.ts";
import { askMachine } from "./machine-check.ts";

export type Health =
  | { readonly kind: "healthy" }
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
  const failed = (await Promise.all(checks)).find((result) => result.kind === "failed");
  return failed === undefined ? { kind: "healthy" } : { kind: "unhealthy", detail: failed.detail };
}

function onMachine({ host, local }: HealthInput, check: HostCheck): Promise<CheckResult> {
  if (local) return checkOnce(asControl(check), onceTimeout);
  return askMachine(host, check);
}

function asControl(check: HostCheck): ControlCheck {
  return check.kind === "http" ? check : { ...check, timeout: onceTimeout };
}
