import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "#kernel";
import { createConnectionLimit } from "../connection-limit.ts";
import { memberOf } from "../member.ts";
import { printable } from "../printable.ts";
import type { EngineWay } from "./way.ts";

/** The Docker Engine API, https://docs.docker.com/reference/api/engine/version/v1.41/: what 20.10 and all later ones speak. */
export interface Engine {
  readonly host: string;
  /** `path` begins behind the version. Any status is an answer; no answer is HOST_UNREACHABLE. */
  call(method: "GET" | "POST" | "DELETE", path: string, options?: CallOptions): Promise<EngineAnswer>;
  /** The same engine, whose calls are cut when this aborts. */
  until(signal: AbortSignal | undefined): Engine;
  close(): void;
}

interface CallOptions {
  readonly body?: unknown;
  /** milliseconds */
  readonly limit?: number;
}

export interface EngineAnswer {
  readonly status: number;
  readonly text: string;
}

const version = "/v1.41";
const usualLimit = 30_000;
const maximumAnswer = 1 << 24;
/** calls at once */
const fewStreams = 4;
const manyStreams = 32;

export function openEngine(way: EngineWay): Engine {
  const agent = dialling(way);
  // the agent counts a stream once it is open: hundreds of calls at once would all open one, and the engine refuses some
  const inTurn = createConnectionLimit(way.costly ? fewStreams : manyStreams);
  const under = (signal: AbortSignal | undefined): Engine => ({
    host: way.host,
    call: (method, path, options = {}) => {
      const asked = () => ask(way.host, { agent, method, path: version + path, signal, ...options });
      // what waits for a container's end must not keep the others from their turn
      return (options.limit ?? 0) > usualLimit ? asked() : inTurn(asked);
    },
    until: under,
    close: () => agent.destroy(),
  });
  return under(undefined);
}

/** What the engine says went wrong, for people; empty when it says nothing. */
export function complaintOf({ text }: EngineAnswer): string {
  const message = memberOf(text, "message");
  return typeof message === "string" ? printable(message, 200) : "";
}

/** An answer that may not come to this call, told with its status. */
export function unexpected(host: string, { status }: EngineAnswer, call: string): AppError {
  return new AppError("HOST_ANSWER_BROKEN", `the Docker engine of ${host} answered ${status} to ${call}`, {
    hint: "the engine's own log says more: `journalctl -u docker`",
  });
}

interface Asked extends CallOptions {
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

async function ask(host: string, asked: Asked): Promise<EngineAnswer> {
  const { limit = usualLimit, signal } = asked;
  signal?.throwIfAborted();
  const late = AbortSignal.timeout(limit);
  const ends = signal === undefined ? late : AbortSignal.any([late, signal]);
  try {
    const response = await send(asked, ends);
    return { status: response.statusCode ?? 0, text: await bounded(host, response) };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    const what = late.aborted
      ? `the Docker engine of ${host} said nothing for ${Math.round(limit / 1000)} s`
      : `the connection to the Docker engine of ${host} was lost`;
    const hint =
      "run the command again once it is up: `docker info` says whether it is; what was begun goes on from there";
    throw new AppError("HOST_UNREACHABLE", what, { hint, cause: error });
  }
}

function send({ agent, method, path, body }: Asked, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      host: "docker",
      ...(text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    const sent: ClientRequest = request({ agent, method, path, headers, signal });
    sent.once("response", resolve);
    sent.once("error", reject);
    sent.end(text);
  });
}

async function bounded(host: string, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).byteLength;
    if (length > maximumAnswer) {
      throw new AppError("HOST_ANSWER_BROKEN", `the Docker engine of ${host} answered too much`);
    }
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Calls go over streams of the way; where those are costly, a few of them are kept. */
function dialling(way: EngineWay): Agent {
  const agent = new Agent(way.costly ? { keepAlive: true, maxSockets: fewStreams } : {});
  return Object.assign(agent, {
    createConnection: (_: unknown, made: (error: unknown, stream?: Duplex) => void) => {
      way.engine().then((stream) => made(null, stream), made);
    },
    // a stream of ssh's has no such thing as a socket's keep-alive, nor can it be let go
    keepSocketAlive: () => true,
    // and those who heard of its errors before have nothing to do with the next call
    reuseSocket: (stream: Duplex) => void stream.removeAllListeners("error"),
  });
}
