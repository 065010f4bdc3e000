import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect, createServer as createTcp, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import { createEgress, type Egress } from "#provider";

/** Of this test alone: for the hosts that keys are sent to, trusted by nobody else. */
const key = readFileSync(join(import.meta.dirname, "stand-in.key"), "utf8");
const certificate = readFileSync(join(import.meta.dirname, "stand-in.crt"), "utf8");
export const identity = { key, cert: certificate };

/** What a name leads to, where a test says nothing else. */
export const publicAddress = "93.184.216.34";

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** the name that TLS was asked for */
  readonly name: unknown;
}

export interface StandIn {
  readonly egress: Egress;
  readonly seen: Seen[];
  /** addresses that were connected to, in order */
  readonly connected: string[];
  readonly looked: string[];
}

export interface StandInOptions {
  readonly limit?: number;
  /** one answer of the lookup after the other, the last one for ever */
  readonly addresses?: readonly (readonly string[])[];
  readonly trusted?: boolean;
}

/** Every connection of this egress ends at a real server on this machine, which answers for every provider. */
export async function standIn(answer: RequestListener, options: StandInOptions = {}): Promise<StandIn> {
  const seen: Seen[] = [];
  const server = createHttps(identity, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers, socket } = request;
      const body = Buffer.concat(chunks).toString();
      seen.push({ method, path: url, headers, body, name: (socket as TLSSocket).servername });
      answer(request, response);
    });
  });
  server.on("tlsClientError", () => undefined);
  return { ...egressTo(await listening(server), options), seen };
}

/** The same for a protocol of its own. */
export async function standInTcp(talk: (socket: Socket) => void, options: StandInOptions = {}) {
  const server = createTcp((socket) => {
    socket.on("error", () => undefined);
    talk(socket);
  });
  return egressTo(await listening(server), options);
}

export function egressTo(
  port: number,
  { limit = 2000, addresses = [[publicAddress]], trusted = true }: StandInOptions,
) {
  const connected: string[] = [];
  const looked: string[] = [];
  const egress = createEgress({
    limit,
    resolve: async (host) => {
      looked.push(host);
      return addresses[Math.min(looked.length, addresses.length) - 1] ?? [];
    },
    connect: (address) => {
      connected.push(address);
      return connect({ host: "127.0.0.1", port });
    },
    ...(trusted ? { authorities: [certificate] } : {}),
  });
  return { egress, connected, looked };
}

async function listening(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => open.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
