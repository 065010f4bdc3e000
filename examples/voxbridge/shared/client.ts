import { request } from "node:http";

/**
 * - `answered`: the other side spoke
 * - `unreached`: no connection, so nothing happened there and the next one may be tried
 * - `broken`: connected, then silence or a cut: nobody knows whether it happened
 */
export type Reply =
  | { readonly kind: "answered"; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "unreached" }
  | { readonly kind: "broken" };

const bodyLimit = 64 * 1024;

/** One JSON call on a connection of its own: a kept one might lead to a process that is about to end. */
export function callJson(
  url: URL,
  options: {
    readonly method: "GET" | "POST";
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Readonly<Record<string, unknown>>;
    readonly timeout: number;
  },
): Promise<Reply> {
  return new Promise((resolve) => {
    let connected = false;
    const failed = () => resolve({ kind: connected ? "broken" : "unreached" });
    const text = options.body === undefined ? "" : JSON.stringify(options.body);
    const outgoing = request(url, {
      method: options.method,
      agent: false,
      headers: { ...options.headers, "content-type": "application/json", "content-length": Buffer.byteLength(text) },
      signal: AbortSignal.timeout(options.timeout),
    });
    outgoing.on("socket", (socket) => socket.once("connect", () => (connected = true)));
    outgoing.on("error", failed);
    outgoing.on("response", (response) => {
      let received = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        received += chunk;
        if (received.length > bodyLimit) outgoing.destroy();
      });
      response.on("error", failed);
      response.on("close", failed);
      response.on("end", () =>
        resolve({ kind: "answered", status: response.statusCode ?? 0, body: asObject(received) }),
      );
    });
    outgoing.end(text);
  });
}

function asObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
