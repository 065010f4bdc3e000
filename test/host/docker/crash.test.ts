import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openDockerHost, type HostRequest, type TargetAddress } from "#host";
import { controller } from "../fixture.ts";
import { deliver } from "./delivery.ts";
import { openFakeEngine } from "./fake-engine.ts";

const addressed = (exclusive: boolean): TargetAddress => ({
  id: "agent@engine",
  service: "agent",
  runtime: {
    kind: "docker",
    container: "agent",
    image: "agent:1",
    exclusive,
    port: 8080,
    restart: "always",
    volumes: [],
    labels: {},
    stop: 1000,
    instances: [{ instance: "", unit: "agent" }],
  },
});

const lists = {
  delivered: (target: TargetAddress) => deliver(target, "r3", { A: "3" }),
  "delivered past an unproved one": (target: TargetAddress) =>
    deliver(target, "r3", { A: "3" }).map((request) =>
      request.kind === "swap" ? { ...request, unproved: true } : request,
    ),
  "begun and swept away": (target: TargetAddress) => [
    ...deliver(target, "r3", { A: "3" }).slice(0, 2),
    { kind: "sweep", target },
  ],
  "taken back": (target: TargetAddress) => [{ kind: "return", target }],
  "delivered, and the way back destroyed": (target: TargetAddress) => [
    ...deliver(target, "r3", { A: "3" }),
    { kind: "forget", target },
  ],
} as const satisfies Readonly<Record<string, (target: TargetAddress) => readonly HostRequest[]>>;

test.each(Object.entries(lists))(
  "a list that was cut anywhere and is sent again ends as one that was not: %s",
  async (_, list) => {
    const cut = fc.record({ calls: fc.nat(60), moment: fc.constantFrom("before", "after"), exclusive: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(cut, async ({ calls, moment, exclusive }) => {
        expect(await endOf(list, exclusive, { calls, moment })).toEqual(await endOf(list, exclusive));
      }),
      { numRuns: 40 },
    );
  },
  120_000,
);

interface Cut {
  readonly calls: number;
  readonly moment: "before" | "after";
}

/** What is there behind the list, on an engine that has had two releases. */
async function endOf(
  list: (target: TargetAddress) => readonly HostRequest[],
  exclusive: boolean,
  cut?: Cut,
): Promise<readonly string[]> {
  const engine = await openFakeEngine("agent:1");
  const host = openDockerHost({ name: "engine", engine: { kind: "socket", path: engine.path } });
  const target = addressed(exclusive);
  try {
    await host.perform(controller, [...deliver(target, "r1", { A: "1" }), ...deliver(target, "r2", { A: "2" })]);
    const requests = list(target);
    if (cut !== undefined) {
      engine.loseAfter(cut.calls, cut.moment);
      const answers = await host.perform(controller, requests).catch((error: unknown) => error);
      engine.loseAfter(Number.POSITIVE_INFINITY, "before");
      // what has come to its end is not sent again
      if (Array.isArray(answers) && answers.length === requests.length) return engine.containers();
      expect(answers).toMatchObject({ code: "HOST_UNREACHABLE" });
    }
    const answers = await host.perform(controller, requests);
    expect(answers.filter(({ kind }) => kind === "failed")).toEqual([]);
    return engine.containers();
  } finally {
    await host.close();
    engine.close();
  }
}
