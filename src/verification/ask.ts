import { request as requestClear, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestSecure } from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { HttpPlace } from "#contract";
import type { Host } from "#host";
import { AppError, systemCode } from "#kernel";

/** A machine, or what answers in its stead: of a container its own ports. */
export type Dialer = Pick<Host, "name" | "dial">;

export interface Question {
  readonly place: HttpPlace;
  readonly host: Dialer;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** milliseconds that the answer may take, once the machine is reached */
  readonly timeout: number;
  /** milliseconds that reaching the machine may take */
  readonly patience: number;
  /** bytes of the answer that are looked at; with 0 the status alone is */
  readonly most: number;
  readonly signal?: AbortSignal;
}

export type Told =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  /** in our own words: nothing that was sent or answered is in it */
  | { readonly kind: "silent"; readonly detail: string };

/**
 * One request over HTTP, to a machine's own loopback or from here. Redirects are not followed. A machine that can be reached
 * at another time is silent now; what needs a person (an unknown host key, say) is thrown.
 */
export async function ask(question: Question): Promise<Told> {
  const { place, signal } = question;
  signal?.throwIfAborted();
  const url = URL.parse(place.url);
  // `810%i` of an instance that is called `a`
  if (url === null || url.port === "0") return { kind: "silent", detail: `${place.url} is no address` };
  let stream: Duplex | undefined;
  try {
    stream = place.from === "host" ? await dialled(question, url) : undefined;
    return { kind: "answered", ...(await exchange(question, url, stream)) };
  } catch (error) {
    signal?.throwIfAborted();
    const isFinal = error instanceof AppError ? !error.retryable : isDefect(error);
    if (isFinal) throw error;
    const why = error instanceof AppError ? error.message : `${place.url} did not answer (${reasonOf(error)})`;
    return { kind: "silent", detail: why };
  } finally {
    stream?.destroy();
  }
}

async function dialled({ host, patience, signal }: Question, url: URL): Promise<Duplex> {
  const late = AbortSignal.timeout(patience);
  const ends = signal === undefined ? late : AbortSignal.any([signal, late]);
  const dialling = host.dial(url.port === "" ? 80 : Number(url.port), url.hostname.replace(/^\[(.*)\]$/, "$1"));
  const stream = await Promise.race([dialling, aborted(ends)]).catch((error: unknown) => {
    // whoever comes later finds nobody
    dialling.then((unused) => unused.destroy(), ignore);
    throw error;
  });
  // from here on the request hears of them
  return stream.on("error", ignore);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
}

function ignore(): void {}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** ssh does not tell when a stream is there: then its way and the answer have one limit. Milliseconds. */
const longestWay = 10_000;

function exchange(question: Question, url: URL, stream: Duplex | undefined): Promise<Answer> {
  const { method, headers, body, timeout, patience, most, signal } = question;
  const isThere = stream === undefined || stream instanceof Socket;
  const late = AbortSignal.timeout(isThere ? timeout : timeout + Math.min(patience, longestWay));
  const options: RequestOptions = {
    method,
    headers: {
      ...headers,
      host: url.host,
      ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
    },
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    ...(stream === undefined ? { agent: false } : { createConnection: () => stream }),
  };
  const request = url.protocol === "https:" ? requestSecure : requestClear;
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(url, options);
    sent.once("error", reject);
    sent.once("response", (response) => {
      const { statusCode: status = 0 } = response;
      textOf(response, most).then((text) => resolve({ status, text }), reject);
    });
    // with a text behind them node would write the headers in its encoding, and change their bytes
    sent.end(body === undefined ? undefined : Buffer.from(body));
  });
}

async function textOf(response: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  if (most > 0) {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).byteLength;
      if (length > most) break;
    }
  }
  response.destroy();
  return Buffer.concat(chunks).toString("utf8");
}

/** Of ours, not of whoever was asked. */
function isDefect(error: unknown): boolean {
  return error instanceof RangeError || error instanceof TypeError;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.name === "TimeoutError" || isLate(error.cause) ? "no answer in time" : (systemCode(error) ?? error.name);
}

function isLate(cause: unknown): boolean {
  return cause instanceof Error && cause.name === "TimeoutError";
}
