import { array, assert, constantFrom, integer, oneof, property, record as recordOf, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import type { TargetPlan } from "#plan";
import { wavesOf } from "#rollout";

const changes = uniqueArray(
  recordOf({
    service: constantFrom("a", "b"),
    host: constantFrom("1", "2", "3", "4"),
    order: integer({ min: 1, max: 2 }),
  }),
  { selector: ({ service, host }) => `${service}@${host}` },
).map((all) => all.map(planOf));
const sizes = array(oneof(integer({ min: 1, max: 3 }), constantFrom("rest" as const)), { minLength: 1, maxLength: 3 });

test("waves hold every target once, lower orders first, and no more hosts than their size", () => {
  assert(
    property(changes, sizes, (all, cut) => {
      const waves = wavesOf(all, { sizes: cut });
      const held = waves.flatMap(({ hosts }) => hosts.flatMap(({ targets }) => targets.map(({ target }) => target)));
      expect(held.toSorted()).toEqual(all.map(({ target }) => target).toSorted());
      const orders = waves.map(({ order }) => order);
      expect(orders).toEqual(orders.toSorted((a, b) => a - b));
      expect(waves.map(({ number }) => number)).toEqual(waves.map((_, index) => index + 1));
      for (const { order, number, of, hosts } of waves) {
        const inOrder = number - orders.indexOf(order);
        const size = cut[Math.min(inOrder, cut.length) - 1];
        expect(hosts.length).toBeLessThanOrEqual(size === "rest" || size === undefined ? Infinity : size);
        expect(of).toBe(waves.length);
      }
    }),
  );
});

test("one host goes first, then the rest", () => {
  const all = ["1", "2", "3"].map((host) => planOf({ service: "a", host, order: 1 }));
  const hosts = (cut: readonly (number | "rest")[]) =>
    wavesOf(all, { sizes: cut }).map((wave) => wave.hosts.map(({ host }) => host));
  expect(hosts([1, "rest"])).toEqual([["1"], ["2", "3"]]);
  expect(hosts(["rest"])).toEqual([["1", "2", "3"]]);
  expect(hosts([1])).toEqual([["1"], ["2"], ["3"]]);
});

test("what runs for users goes one by one, whatever host it is on", () => {
  const alone = ["agent/a", "agent/b"].map((service) => ({
    ...planOf({ service, host: "1", order: 1 }),
    alone: true as const,
  }));
  const all = [...alone, planOf({ service: "c", host: "1", order: 1 })];
  const waves = wavesOf(all, { sizes: [1, "rest"] });
  expect(waves.map(({ hosts }) => hosts.map(({ name, host }) => [name, host]))).toEqual([
    [["agent/a@1", "1"]],
    [
      ["agent/b@1", "1"],
      ["1", "1"],
    ],
  ]);
});

function planOf({ service, host, order }: Pick<TargetPlan, "service" | "host" | "order">): TargetPlan {
  const target = `${service}@${host}`;
  return { target, service, host, order, reasons: [], variables: [], steps: [], downtime: { kind: "none" } };
}
