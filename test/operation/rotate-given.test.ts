import { expect, test, vi } from "vitest";
import { listRotations } from "#operation";
import { redisPlatform, type RedisPlatform } from "../issuer/redis-platform.ts";
import { firstPassword } from "../issuer/redis-server.ts";
import { expectHealthy } from "../issuer/presenting-platform.ts";
import { given, rotate } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

const byPerson = "made-by-a-person";

const rotateTo = (platform: RedisPlatform, text: string, more: object = {}) =>
  rotate(platform.again(), { name: "REDIS_URL", value: { ...given(text), nearby: true, ...more } });

function told(events: Awaited<ReturnType<typeof rotate>>["events"]): readonly string[] {
  return events.flatMap((event) => (event.kind === "issuer" ? [`${event.where} ${event.state}: ${event.detail}`] : []));
}

test("a value that a person gives is judged and proved before any service gets it", async () => {
  const platform = await redisPlatform();
  const { redis, context } = platform;
  const uri = redis.appUri.replace(firstPassword, byPerson);
  await expect(rotateTo(platform, uri)).rejects.toMatchObject({
    code: "VALUES_INVALID",
    message: "Redis does not take this value of REDIS_URL: the server does not know user and password",
  });
  const openai = "sk-proj-planted-0123456789abcdefghij";
  await expect(rotateTo(platform, openai)).rejects.toMatchObject({
    message: expect.stringContaining("OpenAI") as string,
  });
  expect(await listRotations(context)).toEqual([]);
  redis.command("ACL", "SETUSER", "app", `>${byPerson}`);
  const { result, events } = await rotateTo(platform, ` "${uri}"`);
  expect(result.kind).toBe("rotated");
  expect(told(events)).toEqual([
    "REDIS_URL notice: white space or quotes around it were taken off",
    "Redis proved: takes it: the password is right",
  ]);
  const [listed] = await listRotations(platform.again());
  expect(
    listed?.entries.filter(({ kind }) => kind === "judged").map(({ subject, detail }) => [subject, detail]),
  ).toEqual([
    ["REDIS_URL", "white space or quotes around it were taken off"],
    ["Redis", "takes it: the password is right"],
  ]);
  await expectHealthy(platform);
  expect(platform.failures()).toEqual([]);
});

test("what can't be proved is told, and goes on", async () => {
  const platform = await redisPlatform();
  const { redis } = platform;
  redis.command("ACL", "SETUSER", "app", `>${byPerson}`);
  const uri = redis.appUri.replace(firstPassword, byPerson);
  const { result, events } = await rotateTo(platform, uri, { nearby: false });
  expect(result.kind).toBe("rotated");
  expect(told(events)).toEqual([
    expect.stringMatching(/^Redis notice: not proved \(inconclusive\): .*--private allows$/),
  ]);
});
