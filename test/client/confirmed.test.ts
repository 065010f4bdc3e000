import { expect, onTestFinished, test } from "vitest";
import { openFarHome, readServerAddress } from "#client";
import { AppError, Sensitive, systemClock } from "#kernel";
import { put } from "../operation/make-context.ts";
import { answerOf, applied, livePlatform } from "../operation/live-platform.ts";
import { startServer } from "../server/fixture.ts";

async function farHome() {
  const live = await livePlatform();
  await applied(live.again());
  await put(live.context, "API_KEY", "api-key-two");
  const server = await startServer({}, live.folder);
  const token = Sensitive.of(await server.token("local:operator"));
  const { home, close } = await openFarHome({
    address: readServerAddress(server.served.address),
    version: "0.0.0",
    clock: systemClock,
    http: async () => ({ token }),
    ssh: { environment: {} },
  });
  onTestFinished(close);
  return { ...live, home };
}

test("a plan that changed between showing and confirming is refused, and shown anew", async () => {
  const { home, context, port } = await farHome();
  const shown: string[] = [];
  const request = { part: ["api"], onEvent: () => undefined };
  const result = await home.applyPlatform({
    ...request,
    confirm: async ({ changes }) => {
      shown.push(JSON.stringify(changes));
      if (shown.length === 1) await put(context, "API_KEY", "key-three");
      return true;
    },
  });
  expect(result).toMatchObject({ kind: "rolled-out", outcome: { kind: "done" } });
  expect(new Set(shown).size).toBe(2);
  expect(await answerOf(port)).toBe("200 key-three");
  await put(context, "API_KEY", "key-four");
  const refused = home.applyPlatform({
    ...request,
    confirm: async () => {
      shown.push("again");
      await put(context, "API_KEY", `api-key-${shown.length}`);
      return true;
    },
  });
  await expect(refused).rejects.toThrow(expect.objectContaining({ code: "PLAN_CHANGED" }) as AppError);
  expect(await answerOf(port)).toBe("200 key-three");
});

test("a proposal that changed between showing and confirming is shown anew; what is not confirmed changes nothing", async () => {
  const { home, context, port, again } = await farHome();
  await applied(again());
  const shown: number[] = [];
  const request = { part: [], onEvent: () => undefined };
  const result = await home.rollBack({
    ...request,
    confirm: async ({ values }) => {
      if (shown.push(values.length) === 1) await put(context, "TOKEN", "token-two");
      return shown.length < 3;
    },
  });
  expect(result).toMatchObject({ kind: "applied", proposal: { release: 1 } });
  expect(shown).toEqual([1, 2]);
  expect(await answerOf(port)).toBe("200 api-key-one");
  await put(context, "API_KEY", "key-five");
  const left = await home.applyPlatform({ ...request, confirm: async () => false });
  expect(left).toMatchObject({ kind: "cancelled", plan: { changes: [{ target: "api@here" }] } });
  const elsewhere = async () => home.applyPlatform({ ...request, source: "env", confirm: async () => true });
  await expect(elsewhere()).rejects.toThrow(expect.objectContaining({ code: "NEEDS_HOME" }) as AppError);
});
