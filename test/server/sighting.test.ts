import { expect, test } from "vitest";
import { revealValue } from "#operation";
import { put } from "../operation/make-context.ts";
import { startServer } from "./fixture.ts";

const path = "/v1/environments/local/sightings";

test("who saw what is told to operators, by person or by secret, and without a value", async () => {
  const server = await startServer();
  const { context } = server;
  const ben = { ...context, actor: { name: "account:ben" } };
  await put(ben, "MONGO_URI", "mongodb://planted-value-7319@db/shop");
  await put(ben, "SHARED_SECRET", "planted-value-0123456789");
  await revealValue({ ...context, actor: { name: "cara@ops1" } }, { name: "MONGO_URI", scope: {} });
  const viewer = await server.token("local:viewer");
  expect((await server.ask(path, { token: viewer })).status).toBe(403);
  const token = await server.token("local:operator");
  const all = await server.ask(path, { token });
  expect(all.body.people.map(({ person, rotate }: { person: string; rotate: string[] }) => [person, rotate])).toEqual([
    ["ben", ["MONGO_URI", "SHARED_SECRET"]],
    ["cara", ["MONGO_URI"]],
  ]);
  const { body } = await server.ask(`${path}?actor=ben&name=MONGO_URI`, { token });
  expect(body.people).toMatchObject([
    {
      actors: ["account:ben"],
      seen: [{ number: 1, use: "present", ways: [{ way: "set", certain: true, times: 1 }] }],
    },
  ]);
  expect(all.text + server.log.join("")).not.toContain("planted-value");
  expect((await server.ask(`${path}?name=no%20name`, { token })).body.error.code).toBe("NAME_INVALID");
});
