import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveWeb } from "../../src/compose/serve-web.ts";
import type { Served } from "../../src/compose/serve.ts";
import { askAt, startServer } from "./fixture.ts";
import { socketPath } from "./serve-two.ts";
import { head, talk } from "./talk.ts";

interface Web {
  readonly served: Served;
  readonly socket: string;
  readonly told: readonly string[];
  /** something that listens where the worker would */
  worker(listener?: RequestListener): Promise<Server>;
}

async function startWeb(more: { readonly publicUrl?: string } = {}): Promise<Web> {
  const socket = await socketPath();
  const told: string[] = [];
  const served = await serveWeb({
    ...more,
    listen: "127.0.0.1:0",
    socket,
    console: join(tmpdir(), "unbuilt"),
    onTrouble: (line) => void told.push(line),
    version: "0.0.0",
  });
  onTestFinished(() => served.close());
  const worker = async (listener?: RequestListener): Promise<Server> => {
    const server = createServer(listener).listen(socket);
    onTestFinished(() => void server.close());
    await once(server, "listening");
    return server;
  };
  return { served, socket, told, worker };
}

/** Answers with what it was sent. */
const mirror: RequestListener = (request, response) => {
  const { method, url, rawHeaders } = request;
  let body = "";
  request.on("data", (bytes: Buffer) => (body += bytes.toString("latin1")));
  request.on("end", () => {
    response.setHeader("content-type", "application/json").setHeader("set-cookie", ["a=1", "b=2"]);
    response.end(JSON.stringify({ method, url, rawHeaders, body }));
  });
};

interface Mirrored {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

function header({ rawHeaders }: Mirrored, name: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

async function mirrored(web: Web, line: string, headers: readonly string[], body = ""): Promise<Mirrored> {
  const answer = await talk(web.served.address, head(line, ["Connection: close", ...headers]) + body);
  return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1)) as Mirrored;
}

describe("a worker", () => {
  test("that is away: the answer says so and when to come again; it is told once, and so is that it is back", async () => {
    const web = await startWeb();
    for (const method of ["GET", "POST"]) {
      const answer = await askAt(web.served.address, "/v1/me", { method });
      expect(answer).toMatchObject({ status: 503, body: { error: { code: "WORKER_UNREACHABLE" } } });
      expect(answer.headers.get("retry-after")).toBe("2");
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    expect((await askAt(web.served.address, "/", {})).status).toBe(200);
    await web.worker(mirror);
    expect((await askAt(web.served.address, "/v1/me", {})).status).toBe(200);
    expect(web.told.map((line) => JSON.parse(line) as unknown)).toEqual([
      { at: expect.any(String), worker: "away", why: "ENOENT" },
      { at: expect.any(String), worker: "back" },
    ]);
  });

  test("that ends while it is at work: nobody is told to just ask again", async () => {
    const web = await startWeb();
    await web.worker((request) => request.socket.destroy());
    const answer = await askAt(web.served.address, "/v1/accounts", { method: "POST", json: {} });
    expect(answer).toMatchObject({ status: 503, body: { error: { code: "WORKER_UNREACHABLE" } } });
    expect(answer.body).toMatchObject({ error: { hint: expect.stringContaining("look before you ask again") } });
    expect(answer.headers.get("retry-after")).toBeNull();
  });

  test("that ends in the middle of an answer: the caller's is cut off as well, and not ended", async () => {
    const web = await startWeb();
    await web.worker((_, response) => {
      response.write("half of it");
      setTimeout(() => response.socket?.destroy(), 50);
    });
    const answer = await talk(web.served.address, head("GET /v1/me"));
    expect(answer).toContain("half of it");
    expect(answer).not.toMatch(/\r\n0\r\n/);
  });

  test("is let go of when the caller goes", async () => {
    const web = await startWeb();
    const gone = Promise.withResolvers<void>();
    await web.worker((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": at work\n\n");
      response.once("close", gone.resolve);
    });
    const leaving = new AbortController();
    const answer = await fetch(`${web.served.address}/v1/events`, { signal: leaving.signal });
    expect(await answer.body?.getReader().read()).toMatchObject({ done: false });
    leaving.abort();
    await gone.promise;
  });

  test("gets a request as it came, and what it answers goes back as it comes", async () => {
    const web = await startWeb();
    await web.worker(mirror);
    const sent = await mirrored(
      web,
      "PUT /v1/a%2fb?x=1&x=2",
      ["Cookie: one=1", "X-Form-Token: token", "Authorization: Bearer x", "Content-Length: 5"],
      "hello",
    );
    expect(sent).toMatchObject({ method: "PUT", url: "/v1/a%2fb?x=1&x=2", body: "hello" });
    const { host } = new URL(web.served.address);
    expect([header(sent, "host"), header(sent, "cookie"), header(sent, "authorization")]).toEqual([
      [host],
      ["one=1"],
      ["Bearer x"],
    ]);
    const answer = await askAt(web.served.address, "/v1/me", {});
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    const bare = await fetch(`${web.served.address}/v1/me`, { method: "HEAD" });
    expect([bare.status, await bare.text()]).toEqual([200, ""]);
  });

  test("that refuses a large body before it has read it is heard", async () => {
    const web = await startWeb();
    await web.worker((_, response) => response.writeHead(401).end("no"));
    for (let count = 0; count < 5; count += 1) {
      const answer = await askAt(web.served.address, "/v1/a", { method: "POST", body: "x".repeat(1_000_000) });
      expect([answer.status, answer.text]).toEqual([401, "no"]);
    }
  });
});

test("a body that goes on dripping behind its answer is not waited for", async () => {
  const web = await startWeb();
  await web.worker((_, response) => response.writeHead(401).end("no"));
  const { host, hostname, port } = new URL(web.served.address);
  for (const method of ["GET", "POST"]) {
    const socket = connect(Number(port), hostname).on("error", () => undefined);
    const path = "/v1/internal/runtimes/alice/slow";
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100000\r\n\r\n`);
    const drip = setInterval(() => socket.write("x"), 50);
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 401 /);
    await new Promise((resolve) => socket.resume().once("close", resolve));
    clearInterval(drip);
  }
});

describe("who called", () => {
  const claims = ["X-Forwarded-For: 203.0.113.9, 203.0.113.10", "Forwarded: for=203.0.113.9", "X-Real-IP: 203.0.113.9"];

  test("is what the socket says, whatever the caller claims", async () => {
    const web = await startWeb();
    await web.worker(mirror);
    for (const more of [[], ["X-Forwarded-For: 203.0.113.11"], ["Connection: x-forwarded-for"]]) {
      const sent = await mirrored(web, "GET /v1/me", [...claims, ...more]);
      expect(header(sent, "x-forwarded-for")).toEqual(["127.0.0.1"]);
      expect([...header(sent, "forwarded"), ...header(sent, "x-real-ip")]).toEqual([]);
    }
  });

  test("is the proxy's own word where there is one, which is the last", async () => {
    const web = await startWeb({ publicUrl: "https://keyturn.example.com" });
    await web.worker(mirror);
    const sent = await mirrored(web, "GET /v1/me", claims);
    expect(header(sent, "x-forwarded-for")).toEqual(["203.0.113.10"]);
  });

  test("arrives at the worker, which knows of no other address", async () => {
    const server = await startServer({ two: true });
    const json = { name: "nobody", password: "a guess that is wrong" };
    await server.ask("/v1/login", { method: "POST", json, headers: { "x-forwarded-for": "203.0.113.9" } });
    const told = server.log.map((line) => (JSON.parse(line) as { readonly address: string }).address);
    expect(new Set(told)).toEqual(new Set(["127.0.0.1"]));
  });
});

describe("one request", () => {
  test("stays one, also where its length is called the connection's own", async () => {
    const web = await startWeb();
    const seen: string[] = [];
    await web.worker((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      mirror(request, response);
    });
    const inside = "GET /v1/inside HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n";
    const length = [`Content-Length: ${inside.length}`];
    for (const headers of [length, ["Connection: content-length", ...length]]) {
      for (const method of ["GET", "DELETE", "POST"]) {
        const sent = await mirrored(web, `${method} /v1/outside`, headers, inside);
        expect(sent.body).toBe(inside);
      }
    }
    expect(new Set(seen)).toEqual(new Set(["GET /v1/outside", "DELETE /v1/outside", "POST /v1/outside"]));
  });

  test("of many at a log-in from one address waits for the others' end, while everything else is answered", async () => {
    const web = await startWeb();
    const waiting: (() => void)[] = [];
    const all = Promise.withResolvers<void>();
    await web.worker((request, response) => {
      if (request.url !== "/v1/login") return void response.end("other");
      waiting.push(() => response.end("done"));
      if (waiting.length === 8) all.resolve();
    });
    const enter = () => askAt(web.served.address, "/v1/login", { method: "POST", json: {} });
    const first = Array.from({ length: 8 }, enter);
    await all.promise;
    const ninth = await enter();
    expect(ninth).toMatchObject({ status: 503, body: { error: { code: "SERVER_BUSY" } } });
    expect(ninth.headers.get("retry-after")).toBe("2");
    expect((await askAt(web.served.address, "/v1/me", {})).text).toBe("other");
    for (const end of waiting) end();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    const later = enter();
    while (waiting.length < 9) await new Promise((resolve) => setTimeout(resolve, 10));
    waiting.at(-1)?.();
    expect((await later).status).toBe(200);
  });
});

describe("another protocol", () => {
  const ask = (path: string, more: readonly string[] = []) =>
    head(`GET ${path}`, ["Connection: Upgrade", "Upgrade: websocket", "Authorization: Bearer x", ...more]);
  const path = "/v1/internal/runtimes/alice/talk";

  /** Agrees, and says everything back. */
  function echo(server: Server): readonly IncomingMessage[] {
    const seen: IncomingMessage[] = [];
    server.on("upgrade", (request: IncomingMessage, socket, first: Buffer) => {
      seen.push(request);
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Own: 1\r\n\r\n");
      socket.write(`welcome ${first.toString()}`);
      socket.pipe(socket);
    });
    return seen;
  }

  test("is spoken with a runtime once the worker agrees, both ways, until either side ends", async () => {
    const web = await startWeb();
    const seen = echo(await web.worker(mirror));
    const { hostname, port } = new URL(web.served.address);
    const socket = connect(Number(port), hostname);
    let told = "";
    const until = async (text: string) => {
      while (!told.includes(text)) told += String((await once(socket, "data"))[0]);
    };
    socket.write(`${ask(path).replace("HOST", `${hostname}:${port}`)}early `);
    await until("early");
    socket.write("later");
    await until("later");
    expect(told).toMatch(/^HTTP\/1\.1 101 /);
    expect(told.toLowerCase()).toContain("\r\nx-own: 1\r\n");
    expect(seen[0]?.headers).toMatchObject({ upgrade: "websocket", "x-forwarded-for": "127.0.0.1" });
    const ended = once(seen[0]?.socket ?? socket, "close");
    socket.destroy();
    await ended;
  });

  test("that the worker refuses leaves no way to it", async () => {
    const web = await startWeb();
    const seen: string[] = [];
    await web.worker((request, response) => {
      seen.push(request.url ?? "");
      response.writeHead(401).end("no");
    });
    const answer = await talk(web.served.address, `${ask(path)}GET /v1/inside HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(seen).toEqual([path]);
  });

  test("is for runtimes alone, and for requests of our own pages and programs", async () => {
    const web = await startWeb();
    const seen = echo(await web.worker(mirror));
    const elsewhere = await talk(web.served.address, ask("/v1/me"));
    expect(elsewhere).toMatch(/^HTTP\/1\.1 200 /);
    const foreign = await talk(web.served.address, ask(path, ["Origin: https://evil.example"]));
    expect(foreign).toMatch(/^HTTP\/1\.1 403 /);
    expect(seen).toEqual([]);
  });

  test("doesn't keep the web part from ending", async () => {
    const web = await startWeb();
    const seen = echo(await web.worker(mirror));
    const { hostname, port } = new URL(web.served.address);
    const socket = connect(Number(port), hostname);
    socket.write(ask(path).replace("HOST", `${hostname}:${port}`));
    await once(socket, "data");
    const ended = once(seen[0]?.socket ?? socket, "close");
    await web.served.close();
    await ended;
  });

  test("nor does a worker that is away leave the caller waiting", async () => {
    const web = await startWeb();
    expect(await talk(web.served.address, ask(path))).toMatch(/^HTTP\/1\.1 503 /);
  });
});
