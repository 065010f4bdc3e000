import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createJumpSeats } from "#host";

test("through each jump host there are never more connections than seats, and every call is made", async () => {
  const jumps = fc.subarray(["sip1", "sip2", "deploy-gate"]);
  const machines = fc.array(fc.record({ jumps, calls: fc.array(fc.nat(3), { maxLength: 4 }) }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(machines, fc.integer({ min: 1, max: 4 }), async (drawn, size) => {
      const seats = createJumpSeats(size);
      const open = new Map<string, number>();
      const count = (through: readonly string[], more: number) => {
        for (const jump of through) {
          open.set(jump, (open.get(jump) ?? 0) + more);
          expect(open.get(jump)).toBeLessThanOrEqual(size);
        }
      };
      let made = 0;
      await Promise.all(
        drawn.map(({ jumps: through, calls }) => {
          const machine = connection((more) => count(through, more));
          const limit = seats.through(through, machine.end);
          return Promise.all(
            calls.map((ticks) =>
              limit(async () => {
                machine.use();
                for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
                made += 1;
              }),
            ),
          );
        }),
      );
      expect(made).toBe(drawn.reduce((sum, { calls }) => sum + calls.length, 0));
    }),
  );
});

test("a connection that nobody uses is kept until another machine needs its seat", async () => {
  const seats = createJumpSeats(2);
  const ended: string[] = [];
  const machine = (name: string) => seats.through(["sip1"], async () => void ended.push(name));
  const [a, b, c] = [machine("a"), machine("b"), machine("c")];
  for (const limit of [a, b, a]) await limit(async () => {});
  expect(ended).toEqual([]);
  await c(async () => {});
  expect(ended).toEqual(["b"]);
});

test("a call that fails gives its seat to the next", async () => {
  const limit = createJumpSeats(1).through(["sip1"], async () => {});
  await expect(limit(() => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
  await expect(limit(async () => "answered")).resolves.toBe("answered");
});

test("a machine that is reached directly waits for nobody", async () => {
  const limit = createJumpSeats(1).through([], async () => {});
  await limit(() => limit(async () => {}));
});

/** One connection that all calls of a machine share, as ssh makes it: with the first call, until it is ended. */
function connection(count: (more: number) => void) {
  let connected = false;
  return {
    use: () => {
      if (!connected) count(1);
      connected = true;
    },
    end: async () => {
      await Promise.resolve();
      if (connected) count(-1);
      connected = false;
    },
  };
}
