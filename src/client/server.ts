import { readAnswer } from "./answer.ts";
import { inAddress, inPath } from "./name.ts";
import type { Wire } from "./wire.ts";

/** The API of a server, of which one environment is asked about. */
export interface Server {
  readonly name: string;
  /** Fails with the code that the server tells. `Answer` is what docs/api.md promises for this route. */
  readonly ask: <Answer>(method: Method, path: string, asked?: Asked) => Promise<Answer>;
  /** below `/v1/environments/NAME`, the name being found out where nobody said it */
  readonly askHere: <Answer>(method: Method, path: string, asked?: Asked) => Promise<Answer>;
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
  readonly version: string;
  /** of the environment */
  readonly environment: (server: Pick<Server, "name" | "ask">) => Promise<string>;
}

export function openServer(wire: Wire, { version, environment }: ServerOptions): Server {
  const { name } = wire;
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
  const askHere = async <Answer>(method: Method, path: string, asked?: Asked): Promise<Answer> => {
    const at = await (found ??= environment({ name, ask }));
    return ask(method, `/environments/${inPath(at)}${path}`, asked);
  };
  return { name, ask, askHere };
}

function queryText(query: NonNullable<Asked["query"]>): string {
  const pairs = Object.entries(query).flatMap(([name, value = []]) =>
    (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, inAddress(one)]),
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}
