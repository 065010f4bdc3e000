import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDockerHost } from "#host";
import { temporaryFolder } from "../fixture.ts";
import { dockerSuite } from "./docker-suite.ts";
import { openFakeEngine, type FakeEngine } from "./fake-engine.ts";

const opened: FakeEngine[] = [];
const folder = temporaryFolder();

afterAll(() => {
  for (const engine of opened) engine.close();
  rmSync(folder, { recursive: true });
});

dockerSuite("an engine in memory", async () => {
  const engine = await openFakeEngine("agent:1");
  opened.push(engine);
  return { engine: { kind: "socket", path: engine.path }, image: "agent:1" };
});

test("where no engine is, that is said with what to do", async () => {
  const path = join(folder, "nowhere.sock");
  const host = openDockerHost({ name: "box1", engine: { kind: "socket", path } });
  await expect(host.ping()).rejects.toMatchObject({
    code: "HOST_UNREACHABLE",
    message: `box1 can't be reached: no Docker engine answers at ${path}`,
    hint: expect.stringContaining("systemctl start docker"),
  });
});

test.each([
  ["a page", "<html>hunter2</html>"],
  ["an object of another kind", '{"Id":"hunter2"}'],
  ["more than any container says", `{"Id":"${"hunter2".repeat(3_000_000)}"}`],
])("an engine that answers %s is not believed, nor is it quoted", async (_, text) => {
  const path = join(folder, "odd.sock");
  const server = createServer((_request, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const host = openDockerHost({ name: "box1", engine: { kind: "socket", path } });
  const target = {
    id: "agent@box1",
    service: "agent",
    runtime: {
      kind: "docker",
      container: "agent",
      image: "agent:1",
      exclusive: false,
      restart: "no",
      volumes: [],
      labels: {},
      stop: 1000,
      instances: [{ instance: "", unit: "agent" }],
    },
  } as const;
  const error: unknown = await host.observe([target]).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "HOST_ANSWER_BROKEN" });
  expect(String(error)).not.toContain("hunter2");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
