import { expect, test } from "vitest";
import { put } from "../operation/make-context.ts";
import { answerOf, applied, livePlatform } from "../operation/live-platform.ts";
import { readEvents } from "./event-stream.ts";
import { startServer } from "./fixture.ts";

const at = "/v1/environments/local";

async function serveLive() {
  const live = await livePlatform();
  await applied(live.again());
  const server = await startServer({}, live.folder);
  const token = await server.token("local:operator");
  const post = (path: string, json: unknown) => server.ask(`${at}/${path}`, { method: "POST", token, json });
  const get = (path: string) => server.ask(`${at}/${path}`, { token });
  const ended = (id: string) => readEvents(`${server.served.address}${at}/rollouts/${id}/events`, { token });
  return { ...live, server, post, get, ended };
}

test("what was shown and confirmed is what is begun; where it is another plan by now, nothing is", async () => {
  const { context, port, post, get, ended } = await serveLive();
  const idle = await post("rollouts/preview", {});
  expect(idle.body).toMatchObject({ kind: "nothing", plan: { changes: [] } });
  await put(context, "API_KEY", "api-key-two");
  const shown = await post("rollouts/preview", { part: ["api"] });
  expect(shown.body).toMatchObject({ kind: "planned", plan: { changes: [{ target: "api@here" }] }, told: [] });
  expect(JSON.stringify(shown.body)).not.toMatch(/key-(one|two)/);
  await put(context, "API_KEY", "key-three");
  const stale = await post("rollouts", { part: ["api"], expected: shown.body.digest });
  expect([stale.status, stale.body.error.code]).toEqual([409, "PLAN_CHANGED"]);
  expect(await answerOf(port)).toBe("200 api-key-one");
  const again = await post("rollouts/preview", { part: ["api"] });
  const begun = await post("rollouts", { part: ["api"], expected: again.body.digest });
  expect([begun.status, begun.text]).toEqual([202, expect.stringContaining("rollout")]);
  await ended(String(begun.body.rollout));
  expect(await answerOf(port)).toBe("200 key-three");
  expect((await get(`rollouts/${begun.body.rollout}/plan`)).body).toEqual({ plan: again.body.plan });
  expect((await get("rollouts/open")).body.error.code).toBe("NOT_FOUND");
});

test("an earlier release comes back as it was proposed, by an operator", async () => {
  const { context, port, server, again, post, ended } = await serveLive();
  await put(context, "API_KEY", "api-key-two");
  await applied(again());
  const shown = await post("rollback/preview", {});
  expect(shown.body.proposal).toMatchObject({ release: 1, values: [{ name: "API_KEY" }], notOurs: [] });
  const other = await post("rollback", { expected: "0".repeat(64) });
  expect([other.status, other.body.error.code]).toEqual([409, "PLAN_CHANGED"]);
  const begun = await post("rollback", { expected: shown.body.digest });
  expect(begun.status, begun.text).toBe(202);
  await ended(String(begun.body.rollout));
  expect(await answerOf(port)).toBe("200 api-key-one");
  const viewer = await server.token("local:viewer");
  for (const path of ["rollback", "rollback/preview", "rollouts/preview"]) {
    const refused = await server.ask(`${at}/${path}`, { method: "POST", token: viewer, json: {} });
    expect([path, refused.status]).toEqual([path, 403]);
  }
});

test("how one ended that went back or could not is told whole", async () => {
  const { context, post, get, ended } = await serveLive();
  await put(context, "MODE", "sick");
  const begun = await post("rollouts", {});
  await ended(String(begun.body.rollout));
  expect((await get(`rollouts/${begun.body.rollout}`)).body.outcome).toEqual({
    kind: "returned",
    failure: { host: "here", target: "api@here", step: expect.any(String), detail: expect.any(String) },
    hosts: ["here"],
    unhealthy: [],
  });
});
