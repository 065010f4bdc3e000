import type { Host, HostCheck } from "#host";
import { AppError } from "#kernel";
import { reportedRelease, type CheckResult } from "./control-check.ts";

const limit = 3_000;

/** One try on the machine itself, by its own curl as the connecting user: no helper and no root in it. */
export function askMachine(host: Host, check: HostCheck): Promise<CheckResult> {
  return check.kind === "http"
    ? curl(host, check)
    : curl(host, { url: `telnet://${check.address}:${check.port}`, status: 0 });
}

interface Asked {
  readonly url: string;
  readonly status: number;
  readonly release?: string;
}

async function curl(host: Host, { url, status, release }: Asked): Promise<CheckResult> {
  const lines: string[] = [];
  const body = release === undefined ? ["-o", "/dev/null"] : [];
  const command = ["curl", "-s", ...body, "-m", String(limit / 1000), "-w", "\\n%{http_code}", url];
  try {
    await host.run(command, { timeout: limit + 2_000, onLine: (line) => lines.push(line) });
  } catch (error) {
    if (error instanceof AppError) return { kind: "failed", detail: error.message };
    throw error;
  }
  const found = Number(lines.at(-1));
  if (found === status) {
    return {
      kind: "passed",
      ...(release === undefined ? {} : reportedRelease(lines.slice(0, -1).join("\n"), release)),
    };
  }
  const detail = found > 0 ? `${url} answered ${found}, expected ${status}` : `${url} did not answer`;
  return { kind: "failed", detail };
}
