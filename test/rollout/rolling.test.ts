import { expect, test } from "vitest";
import type { HealthCheck, Service } from "#contract";
import { rollOut } from "#rollout";
import { makeScene, serviceOf, stateOf, type Scene, type Spec } from "./fixture.ts";

const fleet: Spec = { service: "fleet", host: "f1", before: "a", value: "b", instances: ["1", "2"] };
const reloaded: Spec = {
  ...fleet,
  steps: [
    { kind: "file" },
    { kind: "restart", instance: "1", action: "reload" },
    { kind: "restart", instance: "2", action: "reload" },
  ],
};
const asBefore = { file: "VALUE=a\n", release: "r2", carries: ["recorded", "recorded"] };

const health: HealthCheck = {
  kind: "http",
  url: "http://127.0.0.1:810%i/health",
  from: "host",
  timeout: 100,
  deadline: 100,
  status: 200,
  release: "release",
};

const drained: Service = {
  ...serviceOf("fleet"),
  drain: { by: { kind: "http", url: "http://127.0.0.1:810%i/drain" }, limit: 1000 },
};

function sceneOf(spec: Spec, service: Service): Promise<Scene> {
  return makeScene([spec], { services: new Map([["fleet", service]]) });
}

function requests(scene: Scene): readonly string[] {
  const tried = scene.hosts.get("f1")?.log.map(({ kind, instance }) => `${kind} ${instance ?? ""}`.trim()) ?? [];
  return tried.slice(tried.indexOf("swap", tried.lastIndexOf("stage")) + 1);
}

test("each instance is drained, restarted and ready before the next is drained", async () => {
  const scene = await sceneOf(fleet, drained);
  expect(await rollOut(scene.input)).toEqual({ kind: "done" });
  expect(requests(scene)).toEqual(["drain 1", "restart 1", "verify 1", "drain 2", "restart 2", "verify 2"]);
});

test("one that is still busy at the limit is told, and restarted all the same", async () => {
  const scene = await sceneOf(fleet, drained);
  const address = scene.deliveries[0]?.address;
  if (address !== undefined) scene.hosts.get("f1")?.trouble(address, "2", "busy");
  expect(await rollOut(scene.input)).toEqual({ kind: "done" });
  const told = scene.events.findLast((event) => event.kind === "step" && event.step === "drain 2");
  expect(told).toMatchObject({ state: "done", detail: expect.stringContaining("still busy at its limit") });
  expect(scene.rows).toContainEqual(expect.objectContaining({ step: "drain 2", state: "done" }));
});

test("one that was drained and not restarted yet goes back first, while the others serve", async () => {
  const scene = await sceneOf(fleet, drained);
  const host = scene.hosts.get("f1");
  host?.beforeRequest((request) => {
    if (request.kind !== "drain" || request.instance !== "2") return;
    host.beforeRequest(undefined);
    host.failNext({ kind: "restart", instance: "2" }, "start-failed", 1);
  });
  expect(await rollOut(scene.input)).toMatchObject({ kind: "returned" });
  expect(await stateOf(scene, fleet)).toEqual(asBefore);
  expect(requests(scene).slice(-7)).toEqual([
    "return",
    "drain 2",
    "restart 2",
    "verify 2",
    "drain 1",
    "restart 1",
    "verify 1",
  ]);
});

test("a reload drains nothing, and is proved by the release that the service reports", async () => {
  const scene = await sceneOf(reloaded, { ...drained, health: [health] });
  expect(await rollOut(scene.input)).toEqual({ kind: "done" });
  expect(requests(scene)).toEqual(["restart 1", "verify 1", "restart 2", "verify 2"]);
  expect(await stateOf(scene, reloaded)).toMatchObject({ file: "VALUE=b\n", release: "r3" });
});

test("a service that takes no notice of a reload brings the rollout back, by reloads", async () => {
  const scene = await sceneOf(reloaded, { ...serviceOf("fleet"), health: [health] });
  const address = scene.deliveries[0]?.address;
  if (address !== undefined) scene.hosts.get("f1")?.trouble(address, "2", "deaf");
  const outcome = await rollOut(scene.input);
  expect(outcome).toMatchObject({ kind: "returned", failure: { step: "verify 2" }, unhealthy: [] });
  expect(await stateOf(scene, reloaded)).toEqual(asBefore);
});

test("a reload that fails on the way back is made sure of by restarts", async () => {
  const scene = await sceneOf(reloaded, { ...drained, health: [health] });
  const host = scene.hosts.get("f1");
  host?.failNext({ kind: "verify", instance: "2" }, "unhealthy", 1);
  host?.beforeRequest((request) => {
    if (request.kind === "return") host.failNext({ kind: "restart", instance: "2" }, "start-failed", 1);
  });
  expect(await rollOut(scene.input)).toMatchObject({ kind: "returned", unhealthy: [] });
  expect(await stateOf(scene, reloaded)).toEqual(asBefore);
  expect(requests(scene).slice(-6)).toEqual(["drain 2", "restart 2", "verify 2", "drain 1", "restart 1", "verify 1"]);
});

test("where the machine can't see the release, what was reloaded is restarted on the way back", async () => {
  const scene = await sceneOf(reloaded, serviceOf("fleet"));
  scene.hosts.get("f1")?.failNext({ kind: "verify", instance: "2" }, "died", 1);
  const before = (await scene.hosts.get("f1")?.observe(scene.deliveries.map(({ address }) => address)))?.[0];
  expect(await rollOut(scene.input)).toMatchObject({ kind: "returned" });
  const after = (await scene.hosts.get("f1")?.observe(scene.deliveries.map(({ address }) => address)))?.[0];
  expect(await stateOf(scene, reloaded)).toEqual(asBefore);
  for (const index of [0, 1]) {
    expect(after?.instances[index]?.invocation).not.toBe(before?.instances[index]?.invocation);
  }
});
