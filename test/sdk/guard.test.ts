import { once } from "node:events";
import { createServer, request, type RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  accepts,
  expressGuard,
  honoGuard,
  honoReportHandler,
  reportHandler,
  secretGuard,
  type AcceptedSecret,
  type Guarded,
} from "@keyturn/sdk";

const environment = { TOKEN: "present", TOKEN_PREVIOUS: "before" };
const header = "X-Token";

/** The same service three times: `/` inside its guard, `/health/secrets` the report. */
const services: Readonly<Record<string, (secret: AcceptedSecret, options: { header?: string }) => RequestListener>> = {
  "node:http": (secret, options) => {
    const [guard, report] = [secretGuard(secret, options), reportHandler([secret], { release: () => "r7" })];
    return (request: Parameters<RequestListener>[0] & Guarded, response) => {
      if (request.url === "/health/secrets") return report(request, response);
      if (guard(request, response) !== undefined) response.end(request.acceptedAs);
    };
  },
  // Express calls its middleware so
  express: (secret, options) => {
    const [guard, report] = [expressGuard(secret, options), reportHandler([secret], { release: () => "r7" })];
    return (request: Parameters<RequestListener>[0] & Guarded, response) => {
      if (request.url === "/health/secrets") return report(request, response);
      guard(request, response, () => response.end(request.acceptedAs));
    };
  },
  hono: (secret, options) => {
    const app = new Hono<{ Variables: { acceptedAs: string } }>();
    app.get("/health/secrets", honoReportHandler([secret], { release: () => "r7" }));
    app.use(honoGuard(secret, options));
    app.get("/", (context) => context.text(context.get("acceptedAs")));
    return getRequestListener(app.fetch);
  },
};

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

async function ask(url: string, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { headers });
  return [answer.status, answer.headers.get("www-authenticate"), await answer.text()];
}

describe.each(Object.entries(services))("a service of %s", (_, serve) => {
  test("lets the values pass that are set, tells which one it was, and answers 401 to all else", async () => {
    const url = await listen(serve(accepts("TOKEN", { environment }), {}));
    expect(await ask(url, { authorization: "Bearer present" })).toEqual([200, null, "current"]);
    expect(await ask(url, { authorization: "bearer before" })).toEqual([200, null, "previous"]);
    for (const authorization of ["Bearer other", "present", "Basic present"])
      expect(await ask(url, { authorization })).toEqual([401, "Bearer", ""]);
    expect(await ask(url)).toEqual([401, "Bearer", ""]);
  });

  test("may read the bare secret from a header of its own", async () => {
    const url = await listen(serve(accepts("TOKEN", { environment }), { header }));
    expect(await ask(url, { "x-token": "before" })).toEqual([200, null, "previous"]);
    expect(await ask(url, { authorization: "Bearer present" })).toEqual([401, "Bearer", ""]);
    expect(await ask(url, { "x-token": "Bearer present" })).toEqual([401, "Bearer", ""]);
  });

  test("counts with the caller's address, and reports it", async () => {
    const url = await listen(serve(accepts("TOKEN", { environment }), { header }));
    for (const value of ["present", "before", "present", "neither"]) await ask(url, { "x-token": value });
    const answer = await fetch(`${url}/health/secrets`);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const body = await answer.text();
    const seen = (count: number) => ({ count, last: expect.stringMatching(/^\d{4}-.*Z$/), from: "127.0.0.1" });
    expect(JSON.parse(body)).toEqual({
      secrets: { TOKEN: { current: seen(2), previous: seen(1), next: { count: 0 }, refused: seen(1) } },
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      release: "r7",
    });
    expect(body).not.toMatch(/"present"|before|neither/);
  });
});

test("two headers of the name are one text, which is refused", async () => {
  const url = await listen((incoming, response) => {
    const slot = secretGuard(accepts("TOKEN", { environment }), { header })(incoming, response);
    if (slot !== undefined) response.end(slot);
  });
  const outgoing = request(url, { headers: { "x-token": ["present", "present"] } }).end();
  const [answer] = (await once(outgoing, "response")) as [{ statusCode: number; resume(): void }];
  answer.resume();
  expect(answer.statusCode).toBe(401);
});

test.each([
  ["127.0.0.9", 200],
  ["10.77.0.4", 200],
  ["::1", 200],
  ["::ffff:192.168.1.2", 200],
  ["fd12::1", 200],
  ["203.0.113.9", 404],
  ["::ffff:203.0.113.9", 404],
  ["2001:db8::1", 404],
  [undefined, 404],
] as const)("the report is for internal callers: %s gets %i", async (address, status) => {
  const handler = reportHandler([accepts("TOKEN", { environment })]);
  const url = await listen((incoming, response) => {
    Object.defineProperty(incoming.socket, "remoteAddress", { value: address });
    handler(incoming, response);
  });
  const answer = await fetch(url);
  expect([answer.status, (await answer.text()) === ""]).toEqual([status, status === 404]);
});
