import { request as send, type IncomingMessage } from "node:http";
import type { Closed, Egress } from "./egress.ts";

/** Bytes of a body that are read; what lies behind is left. */
const longestBody = 64 * 1024;

export interface Exchange {
  readonly url: URL;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** addresses of private networks are allowed, and among them http */
  readonly nearby: boolean;
}

export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  /** content type without parameters, lower case */
  readonly type: string;
  /** never shown to anybody */
  readonly body: string;
  /** there was more than is read */
  readonly cut: boolean;
}

/** One request and its answer, over a connection of its own. Redirects are answers like any other: none is followed. */
export async function exchange(egress: Egress, request: Exchange, signal: AbortSignal): Promise<Answer | Closed> {
  const { url, nearby } = request;
  const encrypted = url.protocol === "https:";
  const opened = await egress.open(
    {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (encrypted ? 443 : 80),
      security: encrypted ? "tls" : "clear",
      nearby,
    },
    signal,
  );
  if (opened.kind !== "open") return opened;
  const { socket } = opened;
  try {
    const message = await ask(request, () => socket);
    return await read(message);
  } catch {
    const reason = signal.aborted ? "no whole answer in time" : "the connection ended before the answer did";
    return { kind: "unreachable", reason };
  } finally {
    socket.destroy();
  }
}

function ask({ url, method, headers, body }: Exchange, createConnection: () => IncomingMessage["socket"]) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const sent = send({
      createConnection,
      method,
      path: `${url.pathname}${url.search}`,
      headers: {
        host: url.host,
        accept: "application/json",
        "user-agent": "keyturn",
        connection: "close",
        ...headers,
        ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
      },
    });
    sent.once("response", resolve);
    sent.on("error", reject);
    sent.once("close", () => reject(new Error("closed")));
    sent.end(body);
  });
}

async function read(message: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk as Buffer);
    chunks.push(bytes);
    length += bytes.byteLength;
    if (length > longestBody) break;
  }
  const type = (message.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const body = Buffer.concat(chunks).subarray(0, longestBody).toString("utf8");
  return { kind: "answer", status: message.statusCode ?? 0, type, body, cut: length > longestBody };
}
