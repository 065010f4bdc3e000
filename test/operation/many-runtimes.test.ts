import { expect, onTestFinished, test } from "vitest";
import { applyPlatform, giveGrants, listRuntimes, type ProgressEvent } from "#operation";
import { openFakeEngine } from "../host/docker/fake-engine.ts";
import { makeProject, put } from "./make-context.ts";

const count = 200;
const users = Array.from({ length: count }, (_, index) => `u${index}`);

test(
  "two hundred runtimes change in waves; three that do not come up take all of them back",
  { timeout: 120_000 },
  async () => {
    const engine = await openFakeEngine("agent:1");
    onTestFinished(() => engine.close());
    const { context } = await makeProject(
      {
        "keyturn.yaml": `platform: home
services:
  agent:
    contract: .env.example
    runtime: docker
    per-user: true
    image: agent:1
    port: 8080
    max-unavailable: 20
    health: [{ http: "http://127.0.0.1:%p/health", release: release, deadline: 5s }]
environments:
  local:
    hosts: { here: local }
    waves: [1, 20, rest]
`,
        ".env.example": "# @derive=user\nAGENT_USER=\n# @optional @public\nFATE=\n",
      },
      { DOCKER_HOST: `unix://${engine.path}` },
    );
    const store = await context.openStore();
    await store.transaction(async (tx) => {
      const { userRuntimes } = await tx.environment("local");
      for (const user of users) await userRuntimes.add({ service: "agent", user, host: "here", actor: context.actor });
    });
    const apply = async () => {
      const events: ProgressEvent[] = [];
      const result = await applyPlatform(context, {
        part: [],
        confirm: async () => true,
        onEvent: (event) => void events.push(event),
      });
      return { result, events };
    };
    expect((await apply()).result).toMatchObject({ outcome: { kind: "done" } });
    expect((await listRuntimes(context)).filter(({ state }) => state === "active")).toHaveLength(count);
    const before = engine.containers();
    await giveGrants(context, [{ service: "agent", name: "FATE", kind: "hold" }]);
    await put(context, "FATE", "dies for u120, u150 and u199");
    const { result, events } = await apply();
    expect(result).toMatchObject({ outcome: { kind: "returned" } });
    expect(
      events.filter(({ kind }) => kind === "wave").map((event) => ("hosts" in event ? event.hosts.length : 0)),
    ).toEqual([1, 20, 179]);
    expect(engine.containers()).toEqual(before);
  },
);
