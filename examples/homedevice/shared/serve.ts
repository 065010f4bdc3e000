import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface Call {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** as it was received: signatures of webhooks are about these bytes */
  readonly body: Buffer;
  /** with its query, as it was asked for */
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** JSON when it is left out */
  readonly type?: string;
}

/** `"POST /chat"` → what answers it; `undefined` for an address that nothing answers. */
export type Route = (call: Call) => Answer | Promise<Answer>;

const bodyLimit = 64 * 1024;

/** Serves until SIGTERM or SIGINT, then ends the process with 0 once what is under way has its answer. */
export async function serve(
  { host, port }: { readonly host: string; readonly port: number },
  routeOf: (address: string) => Route | undefined,
): Promise<void> {
  const server = createServer((incoming, outgoing) => void respond(incoming, outgoing, routeOf));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => end(server));
}

/** The fields of a JSON object; none where the body is anything else. */
export function fieldsOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  routeOf: (address: string) => Route | undefined,
): Promise<void> {
  const { status, body, type = "application/json" } = await answer(incoming, routeOf);
  // a kept connection would hold up the stop
  outgoing.writeHead(status, { "content-type": type, "cache-control": "no-store", connection: "close" });
  outgoing.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
}

async function answer(incoming: IncomingMessage, routeOf: (address: string) => Route | undefined): Promise<Answer> {
  const path = incoming.url ?? "/";
  const route = routeOf(`${incoming.method} ${path.split("?")[0]}`);
  if (route === undefined) return { status: 404, body: { error: "no such address" } };
  const body = await bodyOf(incoming);
  if (body === undefined) return { status: 413, body: { error: "the body is larger than 64 KiB" } };
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  try {
    return await route({ headers, body, path });
  } catch {
    return { status: 500, body: { error: "internal" } };
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function end(server: Server): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}
