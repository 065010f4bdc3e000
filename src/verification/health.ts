import type { Service } from "#contract";
import type { Host, HostCheck } from "#host";
import { AppError } from "#kernel";
import { checksOf, type ControlCheck } from "./check.ts";
import { checkOnce, type CheckResult } from "./control-check.ts";

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
  return check.kind === "http"
    ? curl(host, check.url, check.status)
    : curl(host, `telnet://${check.address}:${check.port}`, 0);
}

function asControl(check: HostCheck): ControlCheck {
  return check.kind === "http" ? check : { ...check, timeout: onceTimeout };
}

/** The manifest's loopback URL, asked by the machine's own curl as the connecting user. */
async function curl(host: Host, url: string, status: number): Promise<CheckResult> {
  const lines: string[] = [];
  const command = ["curl", "-s", "-o", "/dev/null", "-m", "3", "-w", "%{http_code}", url];
  try {
    await host.run(command, { timeout: onceTimeout + 2_000, onLine: (line) => lines.push(line) });
  } catch (error) {
    if (error instanceof AppError) return { kind: "failed", detail: error.message };
    throw error;
  }
  const found = Number(lines.at(-1));
  if (found === status) return { kind: "passed" };
  return {
    kind: "failed",
    detail: found > 0 ? `${url} answered ${found}, expected ${status}` : `${url} did not answer`,
  };
}
