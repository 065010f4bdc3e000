import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { keyturnIn } from "./keyturn.ts";

const manifest = `platform: shop
services:
  api:
    { contract: api/.env.example, runtime: systemd, hosts: [app1], order: 10, file: /opt/api/.env, owner: api,
      unit: api@.service, instances: [1, 2], health: ["http://127.0.0.1:808%i/health"] }
  web:
    { contract: web/.env.example, runtime: compose, hosts: [app1], order: 20, file: /srv/web/.env, owner: root,
      project: /srv/web }
environments: { production: { hosts: { app1: { address: deploy@10.0.0.5 } } } }
`;

test("one line for each target, the last services first", async () => {
  const { keyturn } = await keyturnIn({ ...shop, "keyturn.yaml": manifest });
  const { out, code } = await keyturn("host-rollback");
  expect(code).toBe(0);
  const lines = out.split("\n").filter((line) => line !== "");
  expect(lines.map((line) => line.replace(/^sh -c '[^']*'/, "sh -c …"))).toEqual([
    "# web@app1: as root on app1",
    "sh -c … return web@app1 - /srv/web/.env root:root 600 /srv/web compose.yaml web",
    "# api@app1: as root on app1",
    "sh -c … return api@app1 - /opt/api/.env api:api 600 api@1.service api@2.service",
  ]);
});

test("needs no store, and refuses a name that nothing has", async () => {
  const { keyturn, folder } = await keyturnIn({ ...shop, "keyturn.yaml": manifest });
  await rm(join(folder, ".keyturn"), { recursive: true, force: true });
  const { lines } = JSON.parse((await keyturn("host-rollback api --json")).out) as { lines: { target: string }[] };
  expect(lines).toEqual([{ target: "api@app1", host: "app1", line: expect.stringMatching(/^sh -c /) as string }]);
  expect(await keyturn("host-rollback nobody")).toMatchObject({
    code: 69,
    err: "keyturn: error: no service or host is called nobody\nkeyturn: hint: there are api, web, app1\n",
  });
});

test("the runbook is one of the pages", async () => {
  const { keyturn, folder } = await keyturnIn({ ...shop, "keyturn.yaml": manifest });
  const { out } = await keyturn("docs --output pages");
  expect(out).toContain(`written ${join(folder, "pages/runbook.md")}\n`);
  expect((await keyturn("docs --html --output pages")).out).toContain(
    `written ${join(folder, "pages/runbook.html")}\n`,
  );
  expect((await keyturn("docs --output pages")).code).toBe(0);
});
