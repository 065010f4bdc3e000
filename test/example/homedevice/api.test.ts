import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { jwtVerify, SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { deriveUserKey, signToken } from "@keyturn/sdk";
import { getJson, postJson, type Running, type Values } from "../platform.ts";
import { agentValues, secrets, startService, startStandIn } from "./platform.ts";

test("a device is paired by a code, once, and its token opens its own user's agent for a year", async () => {
  const { api, values, made } = await platform();
  expect((await postJson(`${api.url}/v1/pairings`, {}, { authorization: "Bearer nobody" })).status).toBe(401);
  const { body } = await postJson(`${api.url}/v1/pairings`, {}, { authorization: "Bearer user:alice" });
  const { code } = body as { code: string };
  expect((await postJson(`${api.url}/v1/devices`, { code: "00000000" })).status).toBe(401);
  const paired = await postJson(`${api.url}/v1/devices`, { code });
  expect(paired).toMatchObject({ status: 201, body: { user: "alice" } });
  expect((await postJson(`${api.url}/v1/devices`, { code })).status).toBe(401);
  expect(made).toEqual(["alice"]);

  const { token } = paired.body as { token: string };
  const { payload } = await jwtVerify(token, Buffer.from(values["JWT_SECRET"] ?? ""), { audience: "devices" });
  expect((payload.exp ?? 0) - Date.now() / 1000).toBeGreaterThan(364 * 24 * 3600);
  const device = { authorization: `Bearer ${token}` };
  expect(await getJson(`${api.url}/v1/devices/me`, device)).toEqual({ status: 200, body: { user: "alice" } });
  expect(await postJson(`${api.url}/v1/chat`, { text: "hello" }, device)).toEqual({
    status: 200,
    body: { text: "you said: hello" },
  });
  const call = await postJson(`${api.url}/v1/livekit/token`, {}, device);
  const { token: livekit } = call.body as { token: string };
  const grants = await jwtVerify(livekit, Buffer.from(values["LIVEKIT_API_SECRET"] ?? ""));
  expect(grants.payload).toMatchObject({ sub: "alice", video: { room: "alice", roomJoin: true } });

  for (const address of ["/v1/chat", "/v1/livekit/token"]) {
    expect((await postJson(api.url + address, { text: "x" }, { authorization: `Bearer ${token}x` })).status).toBe(401);
  }
});

test("a device that was paired under the key before is known until the time that is given, and not without one", async () => {
  const previous = "the-key-before-of-thirty-two-letters";
  const token = signToken({ current: previous }, "alice", { lifetime: 3600, audience: "devices" });
  const known = async (more: Values) => {
    const api = await startService("api", { ...secrets(), JWT_SECRET_PREVIOUS: previous, ...more });
    return (await getJson(`${api.url}/v1/devices/me`, { authorization: `Bearer ${token}` })).status;
  };
  const at = (seconds: number) => ({
    JWT_SECRET_PREVIOUS_UNTIL: new Date(Date.now() + seconds * 1000).toISOString(),
  });
  expect(await known(at(3600))).toBe(200);
  expect(await known(at(-1))).toBe(401);
  expect(await known({})).toBe(401);
});

test("why an agent is silent reaches the device in a word, and no key with it", async () => {
  const OPENAI_API_KEY = "sk-proj-exhausted-0123456789";
  const { api } = await platform({ OPENAI_API_KEY });
  const { body } = await postJson(`${api.url}/v1/pairings`, {}, { authorization: "Bearer user:alice" });
  const paired = await postJson(`${api.url}/v1/devices`, body as Readonly<Record<string, unknown>>);
  const { token } = paired.body as { token: string };
  const answer = await postJson(`${api.url}/v1/chat`, { text: "hello" }, { authorization: `Bearer ${token}` });
  expect(answer).toEqual({ status: 503, body: { error: "out-of-quota" } });
  expect(api.output()).not.toContain(OPENAI_API_KEY);
});

test("webhooks are heard when LiveKit or Twilio signed them, Twilio with either token", async () => {
  const TWILIO_AUTH_TOKEN_SECONDARY = "the-secondary-token-of-twilio-00";
  const { api, values } = await platform({ TWILIO_AUTH_TOKEN_SECONDARY, PUBLIC_URL: "https://api.homedevice.test" });
  const event = '{"event":"room_finished"}';
  const signed = (secret: string) =>
    new SignJWT({ sha256: createHash("sha256").update(event).digest("base64") })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer(values["LIVEKIT_API_KEY"] ?? "")
      .setExpirationTime("5m")
      .sign(Buffer.from(secret));
  const livekit = async (authorization: string) => sent(`${api.url}/v1/livekit/webhook`, { authorization }, event);
  expect(await livekit(await signed(values["LIVEKIT_API_SECRET"] ?? ""))).toBe(200);
  expect(await livekit(await signed("another-secret-of-thirty-two-letters"))).toBe(401);

  const form = "Body=hello&From=whatsapp%3A%2B15550100";
  const text = "https://api.homedevice.test/v1/twilio/webhook?sid=1BodyhelloFromwhatsapp:+15550100";
  const twilio = (token: string) => {
    const signature = createHmac("sha1", token).update(text).digest("base64");
    return sent(`${api.url}/v1/twilio/webhook?sid=1`, { "x-twilio-signature": signature }, form);
  };
  expect(await twilio(values["TWILIO_AUTH_TOKEN"] ?? "")).toBe(200);
  expect(await twilio(TWILIO_AUTH_TOKEN_SECONDARY)).toBe(200);
  expect(await twilio("neither-of-them")).toBe(401);
  expect(await getJson(`${api.url}/health`)).toMatchObject({ body: { webhooks: 3, crashes: "not told" } });
});

test("the API without its secrets names each that is missing and does not start, and it writes none", async () => {
  await expect(startService("api", { HOST: "127.0.0.1" })).rejects.toThrow(/JWT_SECRET[\s\S]*TWILIO_AUTH_TOKEN/);
  const { api, values } = await platform();
  expect(await api.stop()).toBe(0);
  for (const [name, value] of Object.entries(values)) {
    if (/KEY|SECRET|TOKEN|_DB_URL/.test(name)) expect(api.output().includes(value), name).toBe(false);
  }
});

/** The API, the stand-in for its vendors, and a provisioner that has an agent for alice. */
async function platform(more: Values = {}) {
  const { url: standIn } = await startStandIn();
  const values = { ...secrets(), ...more };
  const rule = { kind: "hkdf", product: "homedevice", purpose: "api-server", version: 1, prefix: "hd_" } as const;
  const API_SERVER_KEY = deriveUserKey(rule, values["JWT_SECRET"] ?? "", { id: "alice" });
  const agent = await startService("agent", { ...agentValues(standIn, values), API_SERVER_KEY });
  const { url, made } = await openProvisioner(`Bearer ${values["PROVISIONER_INTERNAL_TOKEN"]}`, agent);
  const api = await startService("api", { ...values, PROVISIONER_URL: url, SUPABASE_URL: `${standIn}/supabase` });
  return { api, values, made };
}

/** As Keyturn's server: it makes agents, and leads to them, for whoever has the internal token. */
async function openProvisioner(bearer: string, agent: Running) {
  const made: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void textOf(incoming).then((text) => {
      if (incoming.headers.authorization !== bearer) return outgoing.writeHead(401).end();
      if (incoming.url === "/v1/internal/runtimes") {
        made.push((JSON.parse(text) as { user: string }).user);
        return outgoing.writeHead(201, { "content-type": "application/json" }).end("{}");
      }
      const path = incoming.url?.replace("/v1/internal/runtimes/alice", "") ?? "/";
      const headers = { ...incoming.headers, host: new URL(agent.url).host };
      const passed = request(agent.url + path, { method: "POST", headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      return passed.end(text);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, made };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function sent(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  return (await fetch(url, { method: "POST", headers, body })).status;
}
