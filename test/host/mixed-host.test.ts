import { describe, expect, test } from "vitest";
import {
  openMixedHost,
  type Host,
  type HostAnswer,
  type HostRequest,
  type RuntimeHost,
  type TargetAddress,
} from "#host";
import { Sensitive } from "#kernel";
import { controller } from "./fixture.ts";

const unit: TargetAddress = {
  id: "api@box1",
  service: "api",
  runtime: { kind: "process", command: ["x"], directory: "/", instances: [] },
};
const container: TargetAddress = {
  id: "agent/a@box1",
  service: "agent/a",
  runtime: {
    kind: "docker",
    container: "agent-a",
    image: "agent:1",
    exclusive: false,
    restart: "no",
    volumes: [],
    labels: {},
    stop: 1000,
    instances: [{ instance: "", unit: "agent-a" }],
  },
};

const sweep = (target: TargetAddress): HostRequest => ({ kind: "sweep", target });

/** Tells what came to it; fails what it is told to. */
function witness(name: string, told: string[], failing?: string): RuntimeHost {
  const note = (what: string) => void told.push(`${name}: ${what}`);
  const base: Pick<Host, "name" | "read" | "run"> = {
    name,
    read: async () => ({ processes: [] }),
    run: async () => ({ kind: "exited", code: 0 }),
  };
  return {
    ...base,
    observe: async (targets) => {
      note(`observe ${targets.map(({ id }) => id).join(" ")}`);
      return targets.map(({ id }) => ({
        target: id,
        owner: { kind: "none" as const },
        file: { kind: "missing" as const },
        instances: [],
      }));
    },
    perform: async (_, requests) => {
      note(`perform ${requests.map(({ target }) => target.id).join(" ")}`);
      return requests.map(({ kind, target }): HostAnswer => {
        const answer = { request: kind, target: target.id };
        if (target.id === failing) return { ...answer, kind: "failed", reason: "failed", detail: "no" };
        return { ...answer, kind: "done" };
      });
    },
    search: async ({ values }) => {
      note(`search ${values.map(({ name }) => name).join(" ")}`);
      const place = { encoding: "literal", count: 1, where: { kind: "file", path: "/opt/a", line: 1 } } as const;
      const places = values.map((_, value) => ({ ...place, value }));
      return { held: values.map((_, at) => at), places, looked: {}, left: [], cut: false, more: false };
    },
    dial: async (port) => Promise.reject(new Error(`${name} was dialled at ${port}`)),
    reach: async () => Promise.reject(new Error(`${name} was reached`)),
    remove: async () => true,
    close: async () => note("close"),
  };
}

describe("a machine whose containers go to its engine", () => {
  test("is looked at in both places, and answers in the order that was asked", async () => {
    const told: string[] = [];
    const host = openMixedHost({ machine: witness("machine", told), engine: () => witness("engine", told) });
    const observed = await host.observe([container, unit]);
    expect(observed.map(({ target }) => target)).toEqual([container.id, unit.id]);
    expect(told.toSorted()).toEqual([`engine: observe ${container.id}`, `machine: observe ${unit.id}`]);
  });

  test("does requests in order, each run of them in one stream", async () => {
    const told: string[] = [];
    const host = openMixedHost({ machine: witness("machine", told), engine: () => witness("engine", told) });
    const answers = await host.perform(controller, [unit, unit, container, unit].map(sweep));
    expect(answers.map(({ kind }) => kind)).toEqual(["done", "done", "done", "done"]);
    expect(told).toEqual([
      `machine: perform ${unit.id} ${unit.id}`,
      `engine: perform ${container.id}`,
      `machine: perform ${unit.id}`,
    ]);
  });

  test("searches the machine for values that are no container's, and numbers them as they were asked", async () => {
    const told: string[] = [];
    const host = openMixedHost({ machine: witness("machine", told), engine: () => witness("engine", told) });
    const value = Sensitive.of("a value of this test");
    const values = [container, unit].map((target) => ({ target, name: target.service, value }));
    const found = await host.search({ values, limit: 1000 });
    expect(told).toEqual(["machine: search api"]);
    expect(found).toMatchObject({ held: [1], places: [{ value: 1 }] });
  });

  test("stops behind the first that failed, also where the next one goes another way", async () => {
    const told: string[] = [];
    const engine = () => witness("engine", told, container.id);
    const host = openMixedHost({ machine: witness("machine", told), engine });
    const answers = await host.perform(controller, [container, unit].map(sweep));
    expect(answers.map(({ kind }) => kind)).toEqual(["failed"]);
    expect(told).toEqual([`engine: perform ${container.id}`]);
  });

  test("is dialled itself: its loopback is not a container's", async () => {
    const host = openMixedHost({ machine: witness("machine", []), engine: () => witness("engine", []) });
    await expect(host.dial(80)).rejects.toThrow("machine was dialled at 80");
  });

  test("opens no engine that nobody asked for, and closes what it opened", async () => {
    const told: string[] = [];
    const host = openMixedHost({ machine: witness("machine", told), engine: () => witness("engine", told) });
    await host.observe([unit]);
    await host.close();
    expect(told).not.toContain("engine: close");
    await host.remove(controller, container);
    await expect(host.reach(container, 80)).rejects.toThrow("engine was reached");
    await host.close();
    expect(told).toContain("engine: close");
  });
});
