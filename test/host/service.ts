import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Service {
  readonly url: string;
  /** `POST /drain`, in the order in which they came */
  readonly asked: readonly string[];
  /** what `/health` answers from now on */
  says(body: unknown): void;
  close(): void;
}

/** A service's own addresses: `/health` answers what it is told to, `POST /drain` after a while, anything else is not there. */
export async function openService(drainTime = 0): Promise<Service> {
  const asked: string[] = [];
  let body: unknown = {};
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const drains = request.method === "POST" && request.url === "/drain";
    const known = drains || request.url === "/health";
    setTimeout(
      () => {
        response.writeHead(known ? 200 : 404, { "content-type": "application/json", connection: "close" });
        response.end(JSON.stringify(known ? body : { error: "no such address" }));
      },
      drains ? drainTime : 0,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    says: (next) => {
      body = next;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
