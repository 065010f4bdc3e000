import { expect, test } from "vitest";
import { turns } from "../../src/server/turn.ts";

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve };
}

test("no more is done at once than may be, the others come in their order, and one too many is sent away", async () => {
  const takeTurn = turns({ atOnce: 2, waiting: 1 });
  const begun: string[] = [];
  const start = (name: string, { work }: ReturnType<typeof held>) =>
    takeTurn(() => {
      begun.push(name);
      return work();
    });
  const [a, b, c] = [held(), held(), held()];
  const [first, second, third] = [start("a", a), start("b", b), start("c", c)];
  await expect(takeTurn(async () => undefined)).rejects.toMatchObject({ code: "SERVER_BUSY", data: { retryAfter: 2 } });
  expect(begun).toEqual(["a", "b"]);
  b.end();
  await second;
  expect(begun).toEqual(["a", "b", "c"]);
  a.end();
  c.end();
  await Promise.all([first, third]);
});

test("what fails gives its place back", async () => {
  const takeTurn = turns({ atOnce: 1, waiting: 1 });
  await expect(takeTurn(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await takeTurn(async () => "done")).toBe("done");
});
