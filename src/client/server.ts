import type { Clock } from "#kernel";
import { readAnswer } from "./answer.ts";
import { readEvents, type StreamEvent } from "./event-stream.ts";
import { inAddress, inPath } from "./name.ts";
import type { Wire } from "./wire.ts";

/** The API of a server, of which one environment is asked about. */
export interface Server {
  readonly name: string;
  /** Fails with the code that the server tells. `Answer` is what docs/api.md promises for this route. */
  readonly ask: <Answer>(method: Method, path: string, asked?: Asked) => Promise<Answer>;
  /** below `/v1/environments/NAME`, the name being found out where nobody said it */
  readonly askHere: <Answer>(method: Method, path: string, asked?: Asked) => Promise<Answer>;
  /** server-sent events of a path below it, as they come: see {@link readEvents} */
  readonly eventsHere: (path: string, told: Told) => AsyncGenerator<StreamEvent>;
  readonly lasting: Wire["lasting"];
  readonly clock: Clock;
}

interface Told {
  /** id of the last one that was told already */
  readonly after: string | undefined;
  readonly signal: AbortSignal;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

interface Asked {
  /** several values of one name come one after the other */
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** the answer's text comes as it is: see `Expected` */
  readonly exact?: boolean;
}

export interface ServerOptions {
  readonly clock: Clock;
  readonly version: string;
  /** of the environment */
  readonly environment: (server: Pick<Server, "name" | "ask">) => Promise<string>;
}

export function openServer(wire: Wire, { version, environment, clock }: ServerOptions): Server {
  const { name, lasting } = wire;
  const ask = async <Answer>(method: Method, path: string, asked: Asked = {}): Promise<Answer> => {
    const { query = {}, body, signal, exact = false } = asked;
    const answer = await wire.send({
      method,
      path: `/v1${path}${queryText(query)}`,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body), "utf8") }),
      ...(signal === undefined ? {} : { signal }),
    });
    return (await readAnswer(answer, { name, version, exact })) as Answer;
  };
  let found: Promise<string> | undefined;
  const here = async (path: string): Promise<string> => {
    const at = await (found ??= environment({ name, ask }));
    return `/environments/${inPath(at)}${path}`;
  };
  const askHere = async <Answer>(method: Method, path: string, asked?: Asked): Promise<Answer> =>
    ask(method, await here(path), asked);
  async function* eventsHere(path: string, { after, signal }: Told): AsyncGenerator<StreamEvent> {
    const headers = { accept: "text/event-stream", ...(after === undefined ? {} : { "last-event-id": after }) };
    const answer = await wire.send({ method: "GET", path: `/v1${await here(path)}`, headers, signal });
    yield* readEvents(answer, { name, version });
  }
  return { name, ask, askHere, eventsHere, lasting, clock };
}

function queryText(query: NonNullable<Asked["query"]>): string {
  const pairs = Object.entries(query).flatMap(([name, value = []]) =>
    (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, inAddress(one)]),
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}
