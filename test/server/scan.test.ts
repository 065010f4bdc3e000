import { expect, test } from "vitest";
import { kitMark, parseKit, spanDigest } from "#leak";
import { exportKit, generateValues, listFindings, revealValue } from "#operation";
import { auditTrail } from "../operation/make-context.ts";
import { startServer } from "./fixture.ts";

async function ready() {
  const server = await startServer();
  await generateValues(server.context, { names: ["SHARED_SECRET"], missing: false, newVersion: false });
  const { value } = await revealValue(server.context, { name: "SHARED_SECRET", scope: {} });
  const kit = parseKit((await exportKit(server.context, { names: false })).text);
  if (kit === undefined) throw new Error("no kit");
  const digest = spanDigest(kit);
  const right = digest(value.reveal());
  const confirm = (token: string, spans: readonly string[], mark = kitMark(kit), more: object = {}) =>
    server.ask("/v1/scan/confirm", { method: "POST", token, json: { kit: mark, spans, ...more } });
  const plain = value.reveal().toString("utf8");
  return { server, right, wrong: digest(Buffer.from("something else")), confirm, mark: kitMark(kit), plain };
}

test("a viewer learns which candidates are values; who looks elsewhere, and who is nobody, does not", async () => {
  const { server, right, wrong, confirm } = await ready();
  const answer = await confirm(await server.token("local:viewer"), [wrong, right]);
  expect(answer.body).toEqual({
    confirmed: [{ span: right, name: "SHARED_SECRET", version: 1, environment: "local", scope: {}, state: "live" }],
    complete: true,
  });
  expect(await confirm(await server.token("elsewhere:viewer"), [right])).toMatchObject({ status: 403 });
  expect(await confirm("keyturn_nobody", [right])).toMatchObject({ status: 401 });
  expect((await auditTrail(server.context)).filter((entry) => entry === "value.confirm local")).toHaveLength(1);
});

test("what is no digest, too many of them and another store's kit are refused", async () => {
  const { server, right, confirm } = await ready();
  const token = await server.token("*:viewer");
  expect(await confirm(token, ["a text that was found"])).toMatchObject({ status: 400 });
  expect(await confirm(token, [])).toMatchObject({ status: 400 });
  expect(
    await confirm(
      token,
      Array.from({ length: 201 }, () => right),
    ),
  ).toMatchObject({ status: 400 });
  expect(await confirm(token, [right], "0123456789abcdef")).toMatchObject({ status: 404 });
});

test("each token has so many calls and no more, whatever others do", async () => {
  const { server, right, confirm } = await ready();
  const token = await server.token("local:viewer");
  for (let call = 0; call < 60; call += 1) expect((await confirm(token, [right])).status).toBe(200);
  const refused = await confirm(token, [right]);
  expect(refused).toMatchObject({ status: 503, body: { error: { code: "SERVER_BUSY" } } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await confirm(await server.token("local:viewer"), [right])).status).toBe(200);
}, 60_000);

test("who may take values from an environment may have its hosts searched, and a viewer may not", async () => {
  const { server } = await ready();
  const ask = async (roles: string, hosts: readonly string[]) =>
    server.ask("/v1/environments/local/scan/hosts", {
      method: "POST",
      token: await server.token(roles),
      json: { hosts },
    });
  const answer = await ask("local:admin", []);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      of: "hosts",
      environment: "local",
      findings: [],
      hosts: [{ host: "here", state: "local" }, { state: "local" }],
    },
  });
  expect(await ask("local:operator", [])).toMatchObject({ status: 403 });
  expect(await ask("elsewhere:admin", [])).toMatchObject({ status: 403 });
  expect(await ask("local:admin", ["nowhere"])).toMatchObject({ status: 404 });
  expect((await auditTrail(server.context)).filter((entry) => entry === "value.scan local")).toHaveLength(1);
});

test("what is confirmed is kept by the place that was sent along, without a value that names a file", async () => {
  const { server, right, wrong, confirm, mark, plain } = await ready();
  const place = { kind: "git", where: "github.com/acme/shop", path: `dump-${plain}.txt`, line: 4 };
  const seen = { encoding: "base64", place, places: 2, present: true, machine: "ci-7", root: "/build" };
  const token = await server.token("local:viewer");
  const sent = { places: [right, wrong].map((span) => ({ ...seen, span })) };
  expect((await confirm(token, [right, wrong], mark, sent)).status).toBe(200);
  const kept = await listFindings(server.context);
  expect(kept).toMatchObject([
    {
      thing: { kind: "value", name: "SHARED_SECRET", version: 1, encoding: "base64" },
      place: { ...place, path: "dump-[SHARED_SECRET].txt" },
      state: "new",
      places: 2,
      actor: expect.stringMatching(/^token:/),
    },
  ]);
  await confirm(token, [right], mark, { places: [{ ...seen, span: right, place: { ...place, line: 9 } }] });
  expect(await listFindings(server.context)).toMatchObject([{ place: { line: 9 } }]);
  const many = { places: Array.from({ length: 101 }, () => ({ ...seen, span: right })) };
  expect((await confirm(token, [right], mark, many)).status).toBe(400);
  expect((await confirm(token, [right], mark, { places: [{ ...seen, span: right, text: "x" }] })).status).toBe(400);
});
