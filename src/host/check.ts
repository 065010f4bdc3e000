import { connect } from "node:net";
import { answerText, memberOf, type Plain } from "./member.ts";
import type { HostCheck } from "./request.ts";

/** How an address that a check calls loopback is reached: on this machine itself, or inside a container. */
export interface CheckWay {
  readonly fetch: (url: string, method: "GET" | "POST", timeout: number) => Promise<Response>;
  /** What is wrong, or nothing. */
  readonly failingConnect: (address: string, port: number) => Promise<string | undefined>;
}

export const ownMachine: CheckWay = {
  fetch: (url, method, timeout) => fetch(url, { method, redirect: "manual", signal: AbortSignal.timeout(timeout) }),
  failingConnect,
};

/**
 * Runs checks, in order; the first that does not pass is told in our own words. `release` is what those
 * that look for one must find; undefined where the file gives the service no label.
 */
export async function failingCheck(
  checks: readonly HostCheck[],
  release: string | undefined,
  way: CheckWay = ownMachine,
): Promise<string | undefined> {
  for (const check of checks) {
    const trouble =
      check.kind === "http"
        ? await failingHttp(check, release, way)
        : await way.failingConnect(check.address, check.port);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** Checks speak to the machine's own loopback only: a manifest can't make hosts call somewhere else. */
export function isLoopbackUrl(url: string): boolean {
  return /^http:\/\/(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])(?::\d{1,5})?(?:[/?][\w./?&=%~:@+,;-]*)?$/.test(
    url,
  );
}

async function failingHttp(
  check: Extract<HostCheck, { kind: "http" }>,
  release: string | undefined,
  way: CheckWay,
): Promise<string | undefined> {
  if (!isLoopbackUrl(check.url)) return "a health check's address is not this machine's own";
  try {
    const response = await way.fetch(check.url, "GET", check.timeout);
    const text = check.release === undefined ? "" : await answerText(response);
    await response.body?.cancel().catch(() => undefined);
    if (response.status !== check.status) return `${check.url} answered ${response.status}`;
    if (check.release === undefined || release === undefined) return undefined;
    return wrongRelease(check.url, memberOf(text, check.release), release);
  } catch {
    return `${check.url} did not answer`;
  }
}

/** Something else than a label is never repeated: the member may be another one than was meant. */
function wrongRelease(url: string, found: Plain | undefined, release: string): string | undefined {
  if (found === release) return undefined;
  const told = typeof found === "string" && /^r\d{1,9}$/.test(found) ? found : "no release";
  return `${url} reports ${told}, expected ${release}`;
}

function failingConnect(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 2000 });
    const end = (trouble?: string) => {
      socket.destroy();
      resolve(trouble);
    };
    socket.once("connect", () => end());
    socket.once("timeout", () => end(`${address}:${port} did not answer`));
    socket.once("error", () => end(`${address}:${port} refused`));
  });
}
