import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { placeOf } from "../../src/server/guard/trouble-log.ts";
import { startServer } from "./fixture.ts";

test("the server's own trouble is written down with its place", async () => {
  const server = await startServer();
  const token = await server.token("local:viewer");
  const database = new DatabaseSync(join(server.folder, ".keyturn/keyturn.db"));
  database.exec("alter table service_grant rename to elsewhere");
  database.close();
  expect((await server.ask("/v1/environments/local/secrets", { token })).status).toBe(500);
  expect(server.troubles.map((line) => JSON.parse(line) as object)).toMatchObject([
    { trouble: "STORE_BROKEN", method: "GET", route: "/v1/environments/:environment/secrets" },
  ]);
  expect(server.log.at(-1)).toContain('"route":"/v1/environments/:environment/secrets"');
  expect(server.troubles[0]).toMatch(/"place":\["at /);
});

test("a place holds nothing of the message, whatever the message looks like", () => {
  const error = new Error("wrong: hunter2\n    at hunter2 (/hunter2.ts:1:1)\n    at /hunter2.ts:1:1");
  const place = placeOf(error);
  expect(place.length).toBeGreaterThan(2);
  expect(place[0]).toMatch(/^at .*trouble\.test\.ts:\d+:\d+\)?$/);
  expect(place.join()).not.toContain("hunter2");
  error.message = "another one since";
  expect(placeOf(error)).toEqual([]);
});

test("an environment that isn't there is not found, and is there once the manifest has it", async () => {
  const server = await startServer();
  const token = await server.token("*:viewer");
  const ask = () => server.ask("/v1/environments/later/secrets", { token });
  expect(await ask()).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
  const manifest = join(server.folder, "keyturn.yaml");
  await writeFile(manifest, `${await readFile(manifest, "utf8")}  later:\n    hosts: { here: local, there: local }\n`);
  expect(await ask()).toMatchObject({ status: 200, body: { secrets: [] } });
});
