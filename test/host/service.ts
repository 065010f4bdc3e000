import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Service {
  readonly url: string;
  /** `POST /drain`, in the order in which they came */
  readonly asked: readonly string[];
  /** what `/health` answers from now on, or another address */
  says(body: unknown, path?: string): void;
  close(): void;
}

/** A service's own addresses: they answer what they are told to, `POST /drain` after a while, anything else is not there. */
export async function openService(drainTime = 0): Promise<Service> {
  const asked: string[] = [];
  const bodies = new Map<string | undefined, unknown>([["/health", {}]]);
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const drains = request.method === "POST" && request.url === "/drain";
    const known = drains || bodies.has(request.url);
    setTimeout(
      () => {
        response.writeHead(known ? 200 : 404, { "content-type": "application/json", connection: "close" });
        response.end(JSON.stringify(known ? (bodies.get(request.url) ?? {}) : { error: "no such address" }));
      },
      drains ? drainTime : 0,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    says: (body, path = "/health") => {
      bodies.set(path, body);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
