import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { RuntimeHost, TargetAddress } from "#host";
import { dialerOf } from "#verification";
import { createFakeHost } from "../../src/host/fake.ts";

const container: TargetAddress["runtime"] = {
  kind: "docker",
  container: "agent",
  image: "agent:1",
  exclusive: false,
  restart: "no",
  volumes: [],
  labels: {},
  stop: 1000,
  instances: [{ instance: "", unit: "agent" }],
};
const site: TargetAddress["runtime"] = { kind: "site", path: "/srv/console", owner: "root", group: "root" };

test("the loopback of a container's checks is its own, that of everything else the machine's", async () => {
  const told: string[] = [];
  const note = async (what: string) => {
    told.push(what);
    return new PassThrough();
  };
  const host: RuntimeHost = {
    ...createFakeHost({ name: "box1", dial: (to) => note(`machine ${to.port}`) }),
    reach: (target, port) => note(`${target.id} ${port}`),
    remove: async () => false,
  };
  const dialers = [container, site].map((runtime) => dialerOf(host, { id: "agent@box1", service: "agent", runtime }));
  for (const dialer of dialers) await dialer.dial(8080);
  expect(told).toEqual(["agent@box1 8080", "machine 8080"]);
  expect(dialers.map(({ name }) => name)).toEqual(["box1", "box1"]);
});
