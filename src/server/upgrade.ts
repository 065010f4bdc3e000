import { ServerResponse, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { readRuntimePath } from "./runtime-path.ts";

/** Only a WebSocket, and only to a runtime; an upgrade to anything else is a request like others. */
export function isRelayedUpgrade({ method, url = "", headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket" && readRuntimePath(url) !== undefined;
}

const upgrades = new WeakSet<IncomingMessage>();

/** Whether this request came as an upgrade, and its socket waits for a 101. */
export function isUpgrade(incoming: IncomingMessage): boolean {
  return upgrades.has(incoming);
}

/** Leads upgrades past the same guards as every request. Gives the sockets that node itself no longer counts as its own. */
export function takeUpgrades(server: Server): ReadonlySet<Duplex> {
  const open = new Set<Duplex>();
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrades.add(incoming);
    open.add(socket);
    socket.once("close", () => open.delete(socket)).on("error", () => undefined);
    if (head.length > 0) socket.unshift(head);
    const answer = answerOn(incoming);
    if (answer === undefined) socket.destroy();
    else server.emit("request", incoming, answer);
  });
  return open;
}

/** For a refusal, behind which the connection ends; undefined where one before it still waits for its own answer. */
function answerOn(incoming: IncomingMessage): ServerResponse | undefined {
  const answer = new ServerResponse(incoming);
  answer.shouldKeepAlive = false;
  try {
    answer.assignSocket(incoming.socket);
  } catch {
    return undefined;
  }
  answer.once("finish", () => incoming.socket.destroySoon());
  return answer;
}
