import { expect, test } from "vitest";
import { put } from "../operation/make-context.ts";
import { startServer } from "./fixture.ts";

const at = "/v1/environments/local";

test("a viewer sees history, holders, reasons and probes of a name; all of the audit log who looks everywhere", async () => {
  const server = await startServer();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const viewer = await server.token("local:viewer");
  const look = async (path: string, token = viewer) => {
    const { status, text, body } = await server.ask(path, { token });
    expect(status, `${path} ${text}`).toBe(200);
    expect(text).not.toContain("planted-value");
    return body;
  };
  expect((await look(`${at}/secrets/SHARED_SECRET/history`)).versions).toMatchObject([{ number: 1, present: true }]);
  expect((await look(`${at}/secrets/SHARED_SECRET/holders`)).holders).toHaveLength(3);
  const why = await look(`${at}/secrets/SHARED_SECRET/explanation?host=there`);
  expect(why.targets).toMatchObject([{ service: "api", host: "there" }]);
  expect((await look(`${at}/probes`)).periods).toEqual([]);
  expect((await server.ask(`${at}/secrets/NOPE/history`, { token: viewer })).status).toBe(404);
  expect((await server.ask("/v1/audit", { token: viewer })).status).toBe(403);
  const everywhere = await server.token("*:viewer");
  const { entries } = await look("/v1/audit?limit=2", everywhere);
  expect(entries).toMatchObject([{ action: "token.create" }, { action: "token.create" }]);
});

test("what a command line adds: a line's end, where a value came from, what is missing; a grant is taken back", async () => {
  const server = await startServer();
  const token = await server.token("*:admin");
  const send = (method: string, path: string, json: object) => server.ask(`${at}/${path}`, { method, token, json });
  const origin = "file:/run/secret";
  const kept = await send("PUT", "secrets/SITE", { value: "moon\n", line: true, origin });
  expect(kept.body).toMatchObject({ kind: "stored", edgeSpace: false, version: { origin } });
  expect((await send("PUT", "secrets/SITE", { value: "moon" })).body.kind).toBe("unchanged");
  expect((await send("PUT", "secrets/SITE", { value: "moon", origin: "elsewhere" })).status).toBe(400);
  expect((await send("POST", "secrets/generate", {})).status).toBe(400);
  const key = { service: "api", name: "SHARED_SECRET", kind: "hold" };
  await send("POST", "grants", { grants: [key] });
  expect((await send("POST", "secrets/generate", { missing: true })).body.values).toMatchObject([
    { name: "SHARED_SECRET", kind: "generated", receivers: ["api"] },
  ]);
  expect((await send("POST", "grants/revoke", key)).body).toEqual({ revoked: true });
  expect((await send("POST", "grants/revoke", key)).body).toEqual({ revoked: false });
  const operator = await server.token("local:operator");
  expect((await server.ask(`${at}/grants/revoke`, { method: "POST", token: operator, json: key })).status).toBe(403);
  // what reaches further than any role
  expect(await send("POST", "probe", { newAddress: true })).toMatchObject({ status: 403 });
});
