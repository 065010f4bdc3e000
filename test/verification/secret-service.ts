import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A service that takes calls with a secret of its own, and reports what it saw. */
export interface SecretService {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** how many of the next calls find it busy */
  busy: number;
  close(): Promise<void>;
}

export interface Accepting {
  readonly current: string;
  readonly previous?: string;
}

type Slot = "current" | "previous" | "refused";

export async function startVerifier({ current, previous }: Accepting): Promise<SecretService> {
  const since = new Date().toISOString();
  const counts = { current: 0, previous: 0, refused: 0 };
  const asked: Asked[] = [];
  const slotOf = (authorization = ""): Slot => {
    if (authorization === `Bearer ${current}`) return "current";
    return previous !== undefined && authorization === `Bearer ${previous}` ? "previous" : "refused";
  };
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "", url: path = "", headers } = request;
      const body = Buffer.concat(await request.toArray()).toString();
      asked.push({ method, path, headers, body });
      if (path === "/health/secrets") {
        const told = Object.entries(counts).map(([slot, count]) => [slot, { count }]);
        response.end(JSON.stringify({ secrets: { TOKEN: Object.fromEntries(told) }, since, release: "r7" }));
        return;
      }
      if (service.busy > 0) {
        service.busy -= 1;
        response.writeHead(503).end();
        return;
      }
      const slot = slotOf(headers.authorization);
      counts[slot] += 1;
      // a careless one repeats what it was sent
      response.writeHead(slot === "refused" ? 401 : 200, { "x-echo": headers.authorization ?? "" });
      response.end(headers.authorization);
    })();
  });
  const service: SecretService = { url: await listening(server), asked, busy: 0, close: () => closed(server) };
  return service;
}

export async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

/** A service that calls a verifier, and reports how that went. */
export interface Presenter {
  readonly url: string;
  call(): Promise<void>;
  /** what it has from now on */
  present(value: string): void;
  close(): Promise<void>;
}

export async function startPresenter(to: string, first: string): Promise<Presenter> {
  const since = new Date().toISOString();
  const counts = { attached: 0, retried: 0, refused: 0, broken: 0, slowestMs: 0 };
  let value = first;
  const server = createServer((_, response) => response.end(JSON.stringify({ ...counts, since })));
  return {
    url: await listening(server),
    call: async () => {
      const { status } = await fetch(to, { method: "POST", headers: { authorization: `Bearer ${value}` } });
      counts[status === 200 ? "attached" : status === 401 ? "refused" : "broken"] += 1;
    },
    present: (next) => {
      value = next;
    },
    close: () => closed(server),
  };
}
