import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { getJson, postJson, secrets, startBackend, type Values } from "./platform.ts";

test("an operator logs in, is known by the token, and nobody else is", async () => {
  const values = secrets();
  const { url } = await startBackend(values);
  const login = (email?: string, password?: string) => postJson(`${url}/auth/login`, { email, password });

  expect((await login(values["OPERATOR_EMAIL"], "not-the-password")).status).toBe(401);
  expect((await login("someone@else.test", values["OPERATOR_PASSWORD"])).status).toBe(401);
  expect((await login()).status).toBe(401);
  const { status, body } = await login(values["OPERATOR_EMAIL"], values["OPERATOR_PASSWORD"]);
  expect(status).toBe(200);

  const me = (token: string) => getJson(`${url}/auth/me`, { authorization: `Bearer ${token}` });
  const { token } = body as { token: string };
  expect(await me(token)).toEqual({ status: 200, body: { email: values["OPERATOR_EMAIL"] } });
  expect((await getJson(`${url}/auth/me`)).status).toBe(401);
});

test("a token is refused when it is forged, over, or of another algorithm", async () => {
  const values = secrets();
  const { url } = await startBackend(values);
  const hour = 3600;
  const now = Math.floor(Date.now() / 1000);
  const me = async (token: string) => (await getJson(`${url}/auth/me`, { authorization: `Bearer ${token}` })).status;
  const secret = values["JWT_SECRET"] ?? "";
  const claims = { sub: "operator@voxbridge.test", iat: now, exp: now + hour };

  expect(await me(token({ alg: "HS256", typ: "JWT" }, claims, secret))).toBe(200);
  expect(await me(token({ alg: "HS256", typ: "JWT" }, claims, `${secret}x`))).toBe(401);
  expect(await me(token({ alg: "HS256", typ: "JWT" }, { ...claims, exp: now - 1 }, secret))).toBe(401);
  expect(await me(token({ alg: "none", typ: "JWT" }, claims, secret))).toBe(401);
  expect(await me("not-a-token")).toBe(401);
});

test("the inner addresses open with VOXCORE_SECRET only", async () => {
  const values = secrets();
  const { url } = await startBackend(values);
  const headers = { "x-voxcore-secret": values["VOXCORE_SECRET"] ?? "" };
  const close = { "x-voxcore-secret": `${values["VOXCORE_SECRET"]?.slice(0, -1)}!` };

  expect(await getJson(`${url}/internal/settings`, headers)).toMatchObject({ status: 200, body: { maxSeconds: 600 } });
  for (const refused of [{}, close, { "x-voxcore-secret": "" }]) {
    expect((await getJson(`${url}/internal/settings`, refused)).status).toBe(401);
    expect((await postJson(`${url}/internal/queue/next`, {}, refused)).status).toBe(401);
  }
  expect((await postJson(`${url}/internal/queue/next`, {}, headers)).status).toBe(204);
});

test("without redis the queue is in memory, keeps the order and turns calls away when it is full", async () => {
  const values: Values = { ...secrets(), QUEUE_LIMIT: "2" };
  const { url } = await startBackend(values);
  const { body } = await postJson(`${url}/auth/login`, {
    email: values["OPERATOR_EMAIL"],
    password: values["OPERATOR_PASSWORD"],
  });
  const operator = { authorization: `Bearer ${(body as { token: string }).token}` };
  const push = (durationMs: number) => postJson(`${url}/queue/calls`, { durationMs }, operator);

  expect((await postJson(`${url}/queue/calls`, { durationMs: 1 })).status).toBe(401);
  expect([(await push(11)).status, (await push(22)).status, (await push(33)).status]).toEqual([202, 202, 429]);
  expect((await getJson(`${url}/health`)).body).toMatchObject({ queue: { kind: "memory", length: 2 } });
  const next = () => postJson(`${url}/internal/queue/next`, {}, { "x-voxcore-secret": values["VOXCORE_SECRET"] ?? "" });
  expect(await next()).toMatchObject({ status: 200, body: { call: { durationMs: 11 } } });
  expect(await next()).toMatchObject({ status: 200, body: { call: { durationMs: 22 } } });
  expect((await next()).status).toBe(204);
});

test("a broken, foreign or huge body is refused and the service goes on", async () => {
  const { url } = await startBackend(secrets());
  const send = async (body: string) => (await fetch(`${url}/auth/login`, { method: "POST", body })).status;
  expect(await send("{")).toBe(400);
  expect(await send("[]")).toBe(400);
  expect(await send(JSON.stringify({ email: "x".repeat(20_000) }))).toBe(400);
  expect((await getJson(`${url}/toString`)).status).toBe(404);
  expect((await getJson(`${url}/health`)).status).toBe(200);
});

function token(header: object, claims: object, secret: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
