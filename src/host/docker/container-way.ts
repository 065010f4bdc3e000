import { request, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "#kernel";
import type { TargetAddress } from "../address.ts";
import type { CheckWay } from "../check.ts";
import type { Container } from "./container.ts";
import { look } from "./look.ts";
import type { ContainerStream } from "./stream.ts";
import type { EngineWay } from "./way.ts";

/** The addresses that a container itself calls loopback: the same ports at its address in its network. */
export function containerWay(way: EngineWay, { address, name }: Container): CheckWay {
  return {
    fetch: async (url, method, timeout) => {
      if (address === undefined) throw new AppError("HOST_UNREACHABLE", `${name} has no address`);
      const { port } = new URL(url);
      const stream = await way.reach(address, port === "" ? 80 : Number(port));
      return fetchOver(stream, { url, method, timeout });
    },
    failingConnect: async (_, port) => {
      const taken = address !== undefined && (await way.takes(address, port));
      return taken ? undefined : `port ${port} of the container refused`;
    },
  };
}

/** Until the kept container takes connections where it listens, or what it may need for that has gone. */
export async function waitForPort(
  { engine, way, clock, signal }: ContainerStream,
  target: TargetAddress,
): Promise<void> {
  const end = clock.monotonic() + listeningWithin;
  const { address, previous } = await look(engine, target);
  if (previous === undefined || address.port === undefined) return;
  const { failingConnect } = containerWay(way, previous);
  while (clock.monotonic() < end && (await failingConnect("", address.port)) !== undefined) {
    await clock.sleep(100, signal);
  }
}

const listeningWithin = 10_000;

/** As much of an answer as anybody looks at, bytes. */
const most = 65_537;

interface Asked {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly timeout: number;
}

function fetchOver(stream: Duplex, { url, method, timeout }: Asked): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  const signal = AbortSignal.timeout(timeout);
  return new Promise((resolve, reject) => {
    stream.once("error", reject);
    const path = pathname + search;
    const sent = request({ createConnection: () => stream, method, path, headers: { host }, signal });
    sent.once("error", reject);
    sent.once("response", (response) => void bodyOf(response).then((body) => resolve(made(response, body)), reject));
    sent.end();
  }).finally(() => stream.destroy()) as Promise<Response>;
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).byteLength;
    if (length >= most) break;
  }
  return Buffer.concat(chunks);
}

function made({ statusCode: status = 0 }: IncomingMessage, body: Buffer): Response {
  return new Response([204, 205, 304].includes(status) ? null : Uint8Array.from(body), { status });
}
