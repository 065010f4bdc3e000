import type { IncomingMessage, Server } from "node:http";

/** milliseconds until the last byte of a body is there */
const usual = 30_000;

const waiting = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Who sends a body's bytes one by one holds a socket for this long and no longer. Node's own `requestTimeout` is one for
 * every request, and what goes on to a runtime may take as long as somebody talks.
 */
export function limitBodyTime(server: Server, patience = usual): void {
  server.prependListener("request", (incoming: IncomingMessage) => {
    const { "content-length": length = "0", "transfer-encoding": encoding } = incoming.headers;
    if (length === "0" && encoding === undefined) return;
    const end = setTimeout(() => incoming.socket.destroy(), patience);
    waiting.set(incoming, end);
    incoming.once("close", () => clearTimeout(end)).once("end", () => clearTimeout(end));
  });
}

/** This one may take its time. */
export function unhurried(incoming: IncomingMessage): void {
  clearTimeout(waiting.get(incoming));
}
