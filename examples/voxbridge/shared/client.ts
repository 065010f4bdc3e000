import { Agent, request } from "node:http";

/**
 * - `answered`: the other side spoke
 * - `unreached`: no connection, so nothing happened there and the next one may be tried
 * - `cut`: connected, and closed without a byte: it was not taken, or who took it has ended
 * - `broken`: connected, then silence or half an answer: nobody knows whether it happened
 */
export type Reply =
  | { readonly kind: "answered"; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "unreached" | "cut" | "broken" };

export interface Call {
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** milliseconds for all of it */
  readonly timeout: number;
}

export type Client = (url: URL, call: Call) => Promise<Reply>;

const bodyLimit = 64 * 1024;
/** Shorter than the farewell of `serveJson`: a server that stops never closes a connection that is about to be used. */
const keptIdle = 250;

/** Makes JSON calls over connections that are kept. */
export function openClient(): Client {
  const agent = new Agent({ keepAlive: true, timeout: keptIdle });
  return (url, call) => callJson(agent, url, call);
}

function callJson(agent: Agent, url: URL, { method, headers, body, timeout }: Call): Promise<Reply> {
  return new Promise((resolve) => {
    let failure: "unreached" | "cut" | "broken" = "unreached";
    const connected = () => (failure = "cut");
    const text = body === undefined ? "" : JSON.stringify(body);
    const form = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const outgoing = request(url, { method, agent, headers: { ...headers, ...(method === "GET" ? {} : form) } });
    const late = setTimeout(() => {
      if (failure === "cut") failure = "broken";
      outgoing.destroy();
    }, timeout);
    const end = (reply: Reply) => {
      clearTimeout(late);
      resolve(reply);
    };
    const failed = () => end({ kind: failure });
    outgoing.on("socket", (socket) => {
      if (socket.connecting) socket.once("connect", connected);
      else connected();
    });
    outgoing.on("error", failed);
    outgoing.on("response", (response) => {
      failure = "broken";
      let received = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        received += chunk;
        if (received.length > bodyLimit) outgoing.destroy();
      });
      response.on("error", failed);
      response.on("close", failed);
      response.on("end", () => end({ kind: "answered", status: response.statusCode ?? 0, body: asObject(received) }));
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
