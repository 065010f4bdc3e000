/** Of one connection, and not of what goes through it; see RFC 9110, 7.6.1. */
const hop = new Set([
  "connection",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "proxy-authorization",
  "proxy-connection",
]);

/** Also what the connection's own header names. */
export function isHop(name: string, connection: string | undefined): boolean {
  return (
    hop.has(name) ||
    (connection ?? "")
      .toLowerCase()
      .split(/[\s,]+/)
      .includes(name)
  );
}
