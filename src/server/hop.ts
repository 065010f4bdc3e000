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

/** Also what the connection's own header names, but never the length: without it a body could be read as another request. */
export function isHop(name: string, connection: string | undefined): boolean {
  if (name === "content-length") return false;
  return (
    hop.has(name) ||
    (connection ?? "")
      .toLowerCase()
      .split(/[\s,]+/)
      .includes(name)
  );
}
