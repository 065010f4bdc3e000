import { connect } from "node:net";
import type { HostCheck } from "./request.ts";

/** Runs checks on this machine, in order; the first that does not pass is told in our own words. */
export async function failingCheck(checks: readonly HostCheck[]): Promise<string | undefined> {
  for (const check of checks) {
    const trouble = check.kind === "http" ? await failingHttp(check) : await failingTcp(check);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** Checks speak to the machine's own loopback only: a manifest can't make hosts call somewhere else. */
function isLoopbackUrl(url: string): boolean {
  return /^http:\/\/(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])(?::\d{1,5})?(?:[/?][\w./?&=%~:@+,;-]*)?$/.test(
    url,
  );
}

async function failingHttp(check: Extract<HostCheck, { kind: "http" }>): Promise<string | undefined> {
  if (!isLoopbackUrl(check.url)) return "a health check's address is not this machine's own";
  try {
    const response = await fetch(check.url, { redirect: "manual", signal: AbortSignal.timeout(check.timeout) });
    await response.body?.cancel();
    return response.status === check.status ? undefined : `${check.url} answered ${response.status}`;
  } catch {
    return `${check.url} did not answer`;
  }
}

function failingTcp(check: Extract<HostCheck, { kind: "tcp" }>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: check.address, port: check.port, timeout: 2000 });
    const end = (trouble?: string) => {
      socket.destroy();
      resolve(trouble);
    };
    socket.once("connect", () => end());
    socket.once("timeout", () => end(`${check.address}:${check.port} did not answer`));
    socket.once("error", () => end(`${check.address}:${check.port} refused`));
  });
}
