import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface Request {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** the parsed JSON body, `{}` when there was none; fields are of unknown type */
  readonly body: Readonly<Record<string, unknown>>;
  /** address of the caller */
  readonly from: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** `"POST /attach"` → what answers it */
export type Routes = Readonly<Record<string, (request: Request) => Answer | Promise<Answer>>>;

export interface Listening {
  readonly port: number;
  /** resolves when the port is free again; requests in work may end first */
  close(): Promise<void>;
}

const bodyLimit = 16 * 1024;
/** milliseconds that a request in work has when the service stops */
const stopLimit = 3000;
/** longer than any client of ours keeps an idle connection */
const farewell = 500;
const look = 50;

/** Serves JSON. `headers` go with every answer. Rejects when the port is taken. */
export async function serveJson(options: {
  readonly host: string;
  readonly port: number;
  readonly routes: Routes;
  readonly headers?: Readonly<Record<string, string>>;
}): Promise<Listening> {
  let closing = false;
  const server = createServer((incoming, outgoing) => {
    void respond(incoming, outgoing, { ...options, last: () => closing });
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, options.host, resolve);
  });
  const leave = () => {
    closing = true;
    return close(server);
  };
  return { port: portOf(server), close: leave };
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  {
    routes,
    headers,
    last,
  }: {
    readonly routes: Routes;
    readonly headers?: Readonly<Record<string, string>>;
    readonly last: () => boolean;
  },
): Promise<void> {
  const { status, body } = await answer(routes, incoming);
  const text = body === undefined ? "" : JSON.stringify(body);
  outgoing.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...(last() ? { connection: "close" } : {}),
    ...headers,
  });
  outgoing.end(text);
}

async function answer(routes: Routes, incoming: IncomingMessage): Promise<Answer> {
  const path = (incoming.url ?? "/").split("?")[0] ?? "/";
  if (incoming.method === "OPTIONS") return { status: 204 };
  const key = `${incoming.method} ${path}`;
  const route = Object.hasOwn(routes, key) ? routes[key] : undefined;
  if (route === undefined) return { status: 404, body: { error: "no such address" } };
  const body = await readBody(incoming);
  if (body === undefined) return { status: 400, body: { error: "the body is not a JSON object of at most 16 KiB" } };
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  try {
    return await route({ headers, body, from: incoming.socket.remoteAddress });
  } catch {
    return { status: 500, body: { error: "internal" } };
  }
}

async function readBody(incoming: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > bodyLimit) return undefined;
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString("utf8");
    const parsed: unknown = text.trim() === "" ? {} : JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Whoever has a connection learns with the next answer that it was the last one there, or lets go of it by himself. */
async function close(server: Server): Promise<void> {
  const until = performance.now() + farewell;
  // also those that the kernel has taken for us by now are answered, not cut
  do await new Promise((resolve) => setTimeout(resolve, look));
  while ((await connections(server)) > 0 && performance.now() < until);
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), stopLimit).unref();
  });
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
}
