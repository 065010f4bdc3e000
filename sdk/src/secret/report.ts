import type { IncomingMessage, ServerResponse } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import type { CountedSecret } from "./counted.ts";
import type { SecretsReport } from "./tally.ts";

export interface ReleasedReport extends SecretsReport {
  /** the release that the service runs with; null when none was given */
  readonly release: string | null;
}

export interface ReportOptions {
  /** KEYTURN_RELEASE, asked for at each report: a reload changes it */
  readonly release?: () => string | null | undefined;
  /** whether this caller may read it; by default those of loopback and of private networks */
  readonly allow?: (address: string | undefined) => boolean;
}

/** One document for all secrets of a service. */
export function secretsReport(secrets: readonly CountedSecret[], release: string | null = null): ReleasedReport {
  const reports = secrets.map((secret) => secret.report());
  return {
    secrets: Object.fromEntries(reports.flatMap(({ secrets }) => Object.entries(secrets))),
    // the latest: from then on every count is whole
    since: reports.reduce((latest, { since }) => (since > latest ? since : latest), ""),
    release,
  };
}

/** Answers the path of the report, `GET /health/secrets` say, for node:http and Express. Whom `allow` does not know gets 404. */
export function reportHandler(
  secrets: readonly CountedSecret[],
  { release, allow = internalOnly() }: ReportOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const allowed = allow(request.socket.remoteAddress);
    const text = allowed ? JSON.stringify(secretsReport(secrets, release?.() ?? null)) : "";
    response.writeHead(allowed ? 200 : 404, { ...reportHeaders, "content-length": Buffer.byteLength(text) }).end(text);
  };
}

export const reportHeaders = { "content-type": "application/json", "cache-control": "no-store" };

/** Loopback, private, link-local and shared addresses (RFC 1918, 3927, 4193, 6598). */
export function internalOnly(): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, isIPv6(network) ? "ipv6" : "ipv4");
  return (address = "") => isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

const networks: ReadonlyMap<string, number> = new Map([
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10],
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
]);
