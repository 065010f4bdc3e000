import { expect, test } from "vitest";
import { AppError } from "#kernel";
import { planPreparation } from "../../src/operation/host/host-needs.ts";
import { makeProject } from "./make-context.ts";

const files = {
  "keyturn.yaml": `platform: bridge
services:
  api:
    contract: .env.example
    runtime: systemd
    hosts: [app1]
    file: /opt/api/.env
    owner: api
    unit: api.service
    unit-file: api.service
    prepare:
      - "git pull --quiet"
      - { run: "npm ci", as: service, directory: /opt/api/code }
      - { run: "node prepare it.js", as: service }
  fleet:
    contract: .env.example
    runtime: systemd
    hosts: [app1]
    file: /opt/fleet/.env
    owner: api
    unit: fleet@.service
    instances: [a, b]
  local:
    contract: .env.example
    runtime: process
    command: [node, main.js]
    directory: .
    hosts: [here]
environments:
  production:
    hosts: { app1: {}, here: local }
`,
  ".env.example": "PORT=8080\n",
  "api.service": "[Service]\nUser=runner\nEnvironmentFile=/opt/api/.env\n",
};

test("a host is given users, units and numbered commands of its services, each once", async () => {
  const { context } = await makeProject(files);
  const loaded = await context.loadPlatform();
  const [app1, here] = loaded.platform.hosts;
  if (app1 === undefined || here === undefined) throw new Error("the fixture has two hosts");
  const plan = await planPreparation(loaded, app1, "deploy");
  const titles = plan?.steps.map(({ title }) => title) ?? [];
  expect(titles.filter((title) => title.startsWith("user "))).toEqual(["user api", "user runner"]);
  expect(titles).toEqual(
    expect.arrayContaining([
      "sudo rule for deploy",
      "unit file api.service",
      "enable fleet@a.service",
      "enable fleet@b.service",
    ]),
  );
  expect(plan?.script).toContain("prepare api@app1 0 api /opt/api/code npm ci\n");
  expect(plan?.script).toContain("prepare api@app1 1 api /opt/api node prepare it.js\n");
  expect(plan?.script).not.toContain("git pull");
  expect(await planPreparation(loaded, here, "deploy")).toBeUndefined();
});

test("a unit file that is not in the repository stops before anything is done", async () => {
  const { context } = await makeProject({
    ...files,
    "keyturn.yaml": files["keyturn.yaml"].replace("unit-file: api", "unit-file: gone"),
  });
  const loaded = await context.loadPlatform();
  const [app1] = loaded.platform.hosts;
  if (app1 === undefined) throw new Error("the fixture has two hosts");
  const failure = await planPreparation(loaded, app1, "deploy").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AppError);
  expect((failure as AppError).message).toContain("the unit file of api can't be read");
});
