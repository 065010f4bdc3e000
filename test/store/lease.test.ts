import * as fc from "fast-check";
import { expect } from "vitest";
import type { Lease, Store } from "#store";
import { anna, both } from "./with-store.ts";

const leaseOf = <T>(store: Store, work: (lease: Lease) => Promise<T>, environment = "production"): Promise<T> =>
  store.transaction(async (tx) => work((await tx.environment(environment)).lease));
const ask = { actor: anna, doing: "apply", ttl: 1000 };

both("a held lease names its holder, what it does, since when and until when", async (on) => {
  const { store, clock } = await on.newStore();
  const since = clock.now();
  expect(await leaseOf(store, (lease) => lease.take(ask))).toEqual({ kind: "taken", number: 1 });
  clock.advance(500);
  const second = await leaseOf(store, (lease) => lease.take({ ...ask, actor: { name: "ben@ops2" } }));
  expect(second).toEqual({ kind: "held", number: 1, holder: anna.name, doing: "apply", since, until: since + 1000 });
  expect((await leaseOf(store, (lease) => lease.take(ask), "staging")).kind).toBe("taken");
  expect(await leaseOf(store, (lease) => lease.holder(ask.ttl))).toEqual(second);
  clock.advance(500);
  expect(await leaseOf(store, (lease) => lease.holder(ask.ttl))).toBeUndefined();
});

both("a lease that ran out is taken with the next number, and its old holder can't renew or release it", async (on) => {
  const { store, clock, again } = await on.newStore();
  const other = await again();
  await leaseOf(store, (lease) => lease.take(ask));
  clock.advance(1000);
  expect(await leaseOf(other, (lease) => lease.take(ask))).toEqual({ kind: "taken", number: 2 });
  expect(await leaseOf(store, (lease) => lease.renew(1, 1000))).toBe(false);
  await leaseOf(store, (lease) => lease.release(1));
  expect((await leaseOf(store, (lease) => lease.take(ask))).kind).toBe("held");
  expect(await leaseOf(other, (lease) => lease.renew(2, 5000))).toBe(true);
  clock.advance(4999);
  expect((await leaseOf(store, (lease) => lease.take(ask))).kind).toBe("held");
});

both("a clock that was set back by a day holds nobody up for a day", async (on) => {
  const { store, clock } = await on.newStore();
  await leaseOf(store, (lease) => lease.take(ask));
  clock.advance(-900);
  expect((await leaseOf(store, (lease) => lease.take(ask))).kind).toBe("held");
  clock.advance(-86_400_000);
  expect(await leaseOf(store, (lease) => lease.take(ask))).toEqual({ kind: "taken", number: 2 });
  expect(await leaseOf(store, (lease) => lease.renew(1, 1000))).toBe(false);
});

both("a clock that was set ahead does not take a lease from its holder, who renews it", async (on) => {
  const { store, clock } = await on.newStore();
  await leaseOf(store, (lease) => lease.take(ask));
  clock.advance(86_400_000);
  expect(await leaseOf(store, (lease) => lease.renew(1, 1000))).toBe(true);
  expect((await leaseOf(store, (lease) => lease.take(ask))).kind).toBe("held");
});

both("a released lease is free at once and can't be renewed", async (on) => {
  const { store } = await on.newStore();
  await leaseOf(store, (lease) => lease.take(ask));
  await leaseOf(store, (lease) => lease.release(1));
  expect(await leaseOf(store, (lease) => lease.renew(1, 1000))).toBe(false);
  expect(await leaseOf(store, (lease) => lease.take(ask))).toEqual({ kind: "taken", number: 2 });
});

both("the lease of a holder that is gone is taken over by its number, by one of those who found it", async (on) => {
  const { store, again } = await on.newStore();
  const other = await again();
  await leaseOf(store, (lease) => lease.take({ ...ask, process: "boot table 7 1" }));
  const found = await leaseOf(other, (lease) => lease.take(ask));
  expect(found).toMatchObject({ kind: "held", number: 1, process: "boot table 7 1" });
  expect(await leaseOf(other, (lease) => lease.take({ ...ask, over: 1 }))).toEqual({ kind: "taken", number: 2 });
  const late = await leaseOf(store, (lease) => lease.take({ ...ask, over: 1 }));
  expect(late).toMatchObject({ kind: "held", number: 2 });
  expect(late).not.toHaveProperty("process");
});

both("whatever two controllers do, at most one holds the lease, and numbers only grow", async (on) => {
  const { store, clock } = await on.newStore();
  const step = fc.constantFrom("take a", "take b", "release a", "release b", "renew a", "renew b", "wait");
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      run += 1;
      const held = new Map<string, { number: number; until: number }>();
      let highest = 0;
      for (const step of steps) {
        const [verb = "", who = ""] = step.split(" ");
        const number = held.get(who)?.number ?? 0;
        await leaseOf(
          store,
          async (lease) => {
            if (verb === "wait") clock.advance(600);
            if (verb === "release") await lease.release(number);
            if (verb === "release") held.delete(who);
            if (verb === "renew" && (await lease.renew(number, 1000))) {
              held.set(who, { number, until: clock.now() + 1000 });
            }
            const taken = verb === "take" ? await lease.take(ask) : undefined;
            if (taken?.kind !== "taken") return;
            expect(taken.number).toBeGreaterThan(highest);
            highest = taken.number;
            held.set(who, { number: highest, until: clock.now() + 1000 });
          },
          `run-${run}`,
        );
        expect([...held.values()].filter(({ until }) => until > clock.now()).length).toBeLessThan(2);
      }
    }),
    { numRuns: 15 },
  );
});
