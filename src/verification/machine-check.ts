import type { Host, HostCheck } from "#host";
import { AppError } from "#kernel";
import type { CheckResult } from "./control-check.ts";

const limit = 3_000;

/** One try on the machine itself, by its own curl as the connecting user: no helper and no root in it. */
export function askMachine(host: Host, check: HostCheck): Promise<CheckResult> {
  return check.kind === "http"
    ? curl(host, check.url, check.status)
    : curl(host, `telnet://${check.address}:${check.port}`, 0);
}

async function curl(host: Host, url: string, status: number): Promise<CheckResult> {
  const lines: string[] = [];
  const command = ["curl", "-s", "-o", "/dev/null", "-m", String(limit / 1000), "-w", "%{http_code}", url];
  try {
    await host.run(command, { timeout: limit + 2_000, onLine: (line) => lines.push(line) });
  } catch (error) {
    if (error instanceof AppError) return { kind: "failed", detail: error.message };
    throw error;
  }
  const found = Number(lines.at(-1));
  if (found === status) return { kind: "passed" };
  const detail = found > 0 ? `${url} answered ${found}, expected ${status}` : `${url} did not answer`;
  return { kind: "failed", detail };
}
