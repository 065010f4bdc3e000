import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { keyturnIn } from "./keyturn.ts";

const files = {
  ...shop,
  "web/.env.example": `${shop["web/.env.example"] ?? ""}# @optional @sensitive
GRAFANA_TOKEN=
# @optional @public
GRAFANA_URL=
# @optional @public
SENTRY_DSN=
`,
};
const token = `glsa_${"aB34".repeat(8)}_0a1B2c3D`;

test("probe asks, tells the states in a table, and exits with 2 where one is not ok; the history remembers", async () => {
  const { keyturn } = await keyturnIn(files);
  let answer: object = { id: 1, name: "Main Org." };
  const server = createServer((_, response) => {
    response.writeHead("id" in answer ? 200 : 401).end(JSON.stringify({ ...answer, told: token }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  await keyturn("set GRAFANA_URL", { input: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  await keyturn("set GRAFANA_TOKEN", { input: ` ${token}\n` });
  await keyturn("set SENTRY_DSN", { input: "https://0a1b2c3d@o1.ingest.sentry.example/42" });

  const barred = await keyturn("probe grafana");
  expect(barred).toMatchObject({
    code: 2,
    out: expect.stringMatching(/^grafana +GRAFANA_TOKEN +v1 +inconclusive .*--private allows$/m),
  });
  const fine = await keyturn("probe --private");
  expect(fine).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^grafana +GRAFANA_TOKEN +v1 +ok /m) });
  expect(fine.out).toMatch(/^sentry +SENTRY_DSN +v1 +ok /m);

  answer = { messageId: "api-key.expired" };
  const ended = await keyturn("probe GRAFANA_TOKEN --private --json");
  expect(ended.code).toBe(2);
  expect(JSON.parse(ended.out)).toMatchObject({
    credentials: [{ state: "invalid", advice: expect.stringContaining("keyturn set GRAFANA_TOKEN") }],
  });

  const { code, out } = await keyturn("probe grafana --history");
  expect(code).toBe(0);
  expect([...out.matchAll(/ v1 +([a-z-]+) /g)].map(([, state]) => state)).toEqual(["invalid", "ok", "inconclusive"]);
  expect([barred, fine, ended].map(({ out: text, err }) => text + err).join("")).not.toContain(token);
});

test("probe of a store without keys has nothing to ask, and a name that is none is told", async () => {
  const { keyturn } = await keyturnIn(files);
  expect(await keyturn("probe")).toMatchObject({ code: 0, out: "the store holds no credential of a known provider\n" });
  expect(await keyturn("probe deepgram")).toMatchObject({ code: 69 });
  expect(await keyturn("probe --history --json")).toMatchObject({ code: 0, out: '{\n  "periods": []\n}\n' });
});
