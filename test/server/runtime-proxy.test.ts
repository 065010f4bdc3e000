import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { giveGrants } from "#operation";
import { put } from "../operation/make-context.ts";
import { userPlatform } from "../operation/user-runtimes.ts";
import { startServer, type TestServer } from "./fixture.ts";
import { drainedWithin, streamingAgent } from "./streaming-agent.ts";
import { readEvents } from "./event-stream.ts";
import { head, talk } from "./talk.ts";

const token = "an-internal-token-0123456789";
const runtimes = "/v1/internal/runtimes";
const MiB = 1024 * 1024;

async function serving(lines: readonly string[] = []): Promise<TestServer> {
  const { context, folder } = await userPlatform(["alice"], { agent: streamingAgent, lines });
  await giveGrants(context, [{ service: "api", name: "PROVISIONER_INTERNAL_TOKEN", kind: "hold" }]);
  await put(context, "PROVISIONER_INTERNAL_TOKEN", token);
  return startServer({}, folder);
}

interface Sending {
  readonly method?: string;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request whose body is still to be written. */
function send({ served }: TestServer, path: string, { method = "POST", bearer = token, headers = {} }: Sending = {}) {
  const all = { authorization: `Bearer ${bearer}`, ...headers };
  const sent = request(`${served.address}${runtimes}${path}`, { method, headers: all, agent: false });
  onTestFinished(() => void sent.on("error", () => undefined).destroy());
  return sent;
}

async function answered(sent: ReturnType<typeof send>): Promise<IncomingMessage> {
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return answer;
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("latin1");
}

/** What came until the text is there. */
async function until(stream: Duplex | IncomingMessage, text: string): Promise<string> {
  let seen = "";
  while (!seen.includes(text)) {
    const [bytes] = (await once(stream, "data")) as [Buffer];
    seen += bytes.toString("latin1");
  }
  return seen;
}

type Opened = { readonly answer: IncomingMessage; readonly socket?: Duplex };

/** Asks for a WebSocket, and for nothing else: what is said over it are bytes. */
async function open(server: TestServer, path: string, sending: Sending = {}): Promise<Opened> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-protocol": "voice",
    ...sending.headers,
  };
  const sent = send(server, path, { method: "GET", ...sending, headers });
  const opened = new Promise<Opened>((resolve, reject) => {
    sent.once("upgrade", (answer, socket, first) => {
      if (first.length > 0) socket.unshift(first);
      onTestFinished(() => void socket.destroy());
      resolve({ answer, socket: socket.on("error", () => undefined) });
    });
    sent.once("response", (answer) => resolve({ answer })).once("error", reject);
  });
  sent.end();
  return opened;
}

async function talking(server: TestServer): Promise<Duplex> {
  const { answer, socket } = await open(server, "/alice/talk");
  if (socket === undefined) throw new Error(`no WebSocket: ${answer.statusCode} ${await textOf(answer)}`);
  return socket;
}

test("a body of 10 MB goes to the runtime while it comes, and comes back while it goes", async () => {
  const server = await serving();
  const sent = send(server, "/alice/echo", { headers: { "transfer-encoding": "chunked" } });
  sent.write("the first words");
  const answer = await answered(sent);
  expect(await until(answer, "words")).toBe("the first words");
  sent.end(Buffer.alloc(10 * MiB, "x"));
  expect((await textOf(answer)).length).toBe(10 * MiB);
});

test("a body with its length, and one of a method that seldom has one, arrive whole", async () => {
  const server = await serving();
  const sent = send(server, "/alice/echo", { headers: { "content-length": String(10 * MiB) } });
  sent.end(Buffer.alloc(10 * MiB, "y"));
  expect((await textOf(await answered(sent))).length).toBe(10 * MiB);
  const removal = send(server, "/alice/echo", { method: "DELETE", headers: { "transfer-encoding": "chunked" } });
  removal.end("which ones");
  expect(await textOf(await answered(removal))).toBe("which ones");
});

test("a body that is too long is refused before it is read, and one in chunks when it has become so", async () => {
  const server = await serving();
  const told = send(server, "/alice/echo", { headers: { "content-length": String(64 * MiB + 1) } });
  told.flushHeaders();
  expect((await answered(told)).statusCode).toBe(413);
  const counted = send(server, "/alice/sink", { headers: { "transfer-encoding": "chunked" } });
  const refused = answered(counted);
  for (let sent = 0; sent < 64; sent += 1) {
    if (!counted.write(Buffer.alloc(MiB))) await once(counted, "drain");
  }
  counted.write("and more");
  const answer = await refused;
  expect([answer.statusCode, await textOf(answer)]).toEqual([413, expect.stringContaining("REQUEST_TOO_LARGE")]);
});

test("what a runtime refuses without reading the body is told to the caller", async () => {
  const server = await serving();
  const sent = send(server, "/alice/refuse", { headers: { "content-length": String(10 * MiB) } });
  sent.on("error", () => undefined);
  sent.write(Buffer.alloc(MiB));
  const answer = await answered(sent);
  expect([answer.statusCode, await textOf(answer)]).toEqual([422, "not this"]);
});

test("an event comes when it is told, and an answer that breaks off breaks off at the caller's as well", async () => {
  const server = await serving();
  const sent = send(server, "/alice/events", { method: "GET" });
  sent.end();
  const answer = await answered(sent);
  expect(answer.headers).toMatchObject({ "content-type": "text/event-stream", "x-content-type-options": "nosniff" });
  expect(await until(answer, "one")).toBe("data: one\n\n");
  send(server, "/alice/next").end();
  expect(await until(answer, "two")).toBe("data: two\n\n");
  const broken = send(server, "/alice/break", { method: "GET" });
  broken.end();
  await expect(textOf(await answered(broken))).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("a WebSocket to a runtime opens with the token, and with nothing else", async () => {
  const server = await serving();
  const own = { "x-runtime-authorization": "Bearer for-the-runtime" };
  const { answer, socket } = await open(server, "/alice/talk", { headers: own });
  expect([answer.statusCode, answer.headers["sec-websocket-protocol"]]).toEqual([101, "voice"]);
  if (socket === undefined) throw new Error("no WebSocket");
  expect(await until(socket, "\n")).toBe("hello Bearer for-the-runtime\n");
  socket.write("are you there?");
  expect(await until(socket, "?")).toBe("are you there?");
  const wrong = await open(server, "/alice/talk", { bearer: "an-internal-token-012345678X" });
  expect([wrong.answer.statusCode, wrong.answer.headers["connection"]]).toEqual([401, "close"]);
  expect((await open(server, "/nobody/talk")).answer.statusCode).toBe(404);
  const refused = await open(server, "/alice/another");
  expect([refused.answer.statusCode, await textOf(refused.answer)]).toEqual([403, "no"]);
  expect(server.log.filter((line) => line.includes('"status":101'))).toHaveLength(1);
  expect(server.log.join("")).not.toContain("for-the-runtime");
});

test("an upgrade to anything else is a request like others, and one amid other requests opens nothing", async () => {
  const server = await serving();
  const { address } = server.served;
  const upgrade = ["Connection: Upgrade", "Upgrade: websocket", `Authorization: Bearer ${token}`];
  expect(await talk(address, head("GET /v1/me", upgrade))).toMatch(/^HTTP\/1\.1 401 /);
  expect(await talk(address, head(`GET ${runtimes}/alice/talk`, [...upgrade, "Content-Length: 5"]))).toMatch(
    /^HTTP\/1\.1 400 /,
  );
  const slow = head(`GET ${runtimes}/alice/events`, [`Authorization: Bearer ${token}`]);
  const both = slow + head(`GET ${runtimes}/alice/talk`, upgrade).replace("HOST", new URL(address).host);
  expect(await talk(address, both)).not.toContain(" 101 ");
});

test("a WebSocket is a call: who makes the runtime anew waits for its end", async () => {
  const server = await serving([drainedWithin("1m")]);
  const socket = await talking(server);
  const rollout = await restart(server);
  await atDrain(server, rollout);
  socket.write("still here");
  await until(socket, "still here");
  socket.destroy();
  expect(await ended(server, rollout)).toMatchObject({ state: "done" });
  expect(await remarks(server, rollout)).toEqual(["done"]);
});

test("a WebSocket that outlasts the limit of the drain is closed, and a new one reaches the new runtime", async () => {
  const server = await serving([drainedWithin("1s")]);
  const socket = await talking(server);
  const closed = once(socket.resume(), "close");
  const rollout = await restart(server);
  expect(await ended(server, rollout)).toMatchObject({ state: "done" });
  await closed;
  expect(await remarks(server, rollout)).toEqual(["still busy at its limit, restarted all the same"]);
  expect(await until(await talking(server), "\n")).toContain("hello");
});

test("a server that ends ends what talks through it", async () => {
  const server = await serving();
  const socket = await talking(server);
  const closed = once(socket.resume(), "close");
  await server.served.close();
  await closed;
}, 20_000);

async function restart(server: TestServer): Promise<string> {
  const json = { user: "alice" };
  const { status, body, text } = await server.ask(`${runtimes}/restart`, { token, method: "POST", json });
  expect(status, text).toBe(202);
  return String(body.rollout);
}

/** What the journal says of the drain. */
async function remarks({ context }: TestServer, rollout: string): Promise<readonly string[]> {
  const store = await context.openStore();
  const steps = await store.transaction(async (tx) => (await tx.environment("local")).rollouts.steps(rollout));
  return steps.filter(({ step }) => step === "drain").map(({ detail }) => detail);
}

async function atDrain(server: TestServer, rollout: string): Promise<void> {
  const viewer = await server.token("local:viewer");
  const url = `${server.served.address}/v1/environments/local/rollouts/${rollout}/events`;
  const { events } = await readEvents(url, {
    token: viewer,
    until: ({ kind, step }) => kind === "step" && step === "drain",
  });
  expect(events.at(-1)?.data).toMatchObject({ step: "drain", state: "started" });
}

async function ended(server: TestServer, rollout: string) {
  const viewer = await server.token("local:viewer");
  for (;;) {
    const { body } = await server.ask(`/v1/environments/local/rollouts/${rollout}`, { token: viewer });
    if (body.state !== "running") return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
