import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpBindings } from "@hono/node-server";
import { ownHeaders } from "./guard/header.ts";
import { isHop } from "./hop.ts";

/** A caller whose network went away says nothing. Milliseconds. */
const keepAlive = 30_000;

/** The runtime speaks WebSocket from now on: its bytes and the caller's go to and fro until one of them ends. */
export function switchTo(
  answer: IncomingMessage,
  runtime: Duplex,
  { incoming, outgoing }: HttpBindings,
): Promise<void> {
  const caller = incoming.socket;
  outgoing.detachSocket(caller);
  caller.setNoDelay(true).setKeepAlive(true, keepAlive);
  caller.write(headOf(answer));
  const ways = [pipeline(caller, runtime), pipeline(runtime, caller)];
  // neither is of use without the other
  return Promise.any(ways)
    .catch(() => undefined)
    .finally(() => {
      runtime.destroy();
      caller.destroySoon();
    });
}

function headOf({ headersDistinct, headers }: IncomingMessage): string {
  const lines = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    isHop(name, headers.connection) || ownHeaders.has(name) ? [] : values.map((value) => `${name}: ${value}`),
  );
  const head = ["HTTP/1.1 101 Switching Protocols", "connection: upgrade", "upgrade: websocket", ...lines];
  return `${head.join("\r\n")}\r\n\r\n`;
}
