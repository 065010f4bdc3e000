import { request, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { Transform, type Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpBindings } from "@hono/node-server";
import { AppError } from "#kernel";
import { mostRelayed } from "./guard/body.ts";
import { ownHeaders } from "./guard/header.ts";
import { isHop } from "./hop.ts";
import { switchTo } from "./tunnel.ts";
import { isUpgrade } from "./upgrade.ts";

export interface Relayed {
  /** what was answered, and the caller has by now */
  readonly status: number;
  /** the last byte has gone, in whichever way */
  readonly ended: Promise<void>;
}

export interface RelayedRequest {
  /** to the runtime, or to the worker */
  readonly stream: Duplex;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** what is to be said where no answer came */
  readonly lost: (cause: Error) => AppError;
}

/**
 * Sends a request on and its answer back, each byte as it comes; nothing is kept. Resolves when the answer has begun.
 * REQUEST_TOO_LARGE where chunks became too many before.
 */
export function relay(
  { incoming, outgoing }: HttpBindings,
  { stream, path, headers, lost }: RelayedRequest,
): Promise<Relayed> {
  return new Promise((resolve, reject) => {
    const sent = request({ createConnection: () => stream, method: incoming.method, path, headers });
    const fail = (error: AppError): void => {
      sent.destroy();
      if (outgoing.headersSent) outgoing.destroy();
      else reject(error);
    };
    sent.once("response", (answer) => {
      const { status, ended } = passOn(answer, outgoing);
      resolve({ status, ended: ended.finally(() => stream.destroy()) });
    });
    sent.once("upgrade", (answer, runtime, first) => {
      if (first.length > 0) runtime.unshift(first);
      resolve({ status: 101, ended: switchTo(answer, runtime, { incoming, outgoing }) });
    });
    sent.once("error", (cause) => fail(lost(cause)));
    outgoing.once("close", () => sent.destroy());
    if (isUpgrade(incoming)) {
      sent.end();
      return;
    }
    const body = counted().once("error", fail);
    // a pipeline would take the caller's socket along where a body is refused early
    incoming.pipe(body).pipe(sent);
    // what is left of it is read by nobody; in front of the next request it has to go
    sent.once("close", () => incoming.unpipe(body).resume());
  });
}

function counted(): Transform {
  let count = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      count += chunk.byteLength;
      if (count <= mostRelayed) done(null, chunk);
      else done(new AppError("REQUEST_TOO_LARGE", "the request's body is too large"));
    },
  });
}

function passOn(answer: IncomingMessage, outgoing: HttpBindings["outgoing"]): Relayed {
  const { statusCode: status = 502, headersDistinct } = answer;
  outgoing.statusCode = status;
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    if (!isHop(name, answer.headers.connection) && !ownHeaders.has(name)) outgoing.setHeader(name, values);
  }
  outgoing.flushHeaders();
  return { status, ended: pipeline(answer, outgoing).catch(() => undefined) };
}
