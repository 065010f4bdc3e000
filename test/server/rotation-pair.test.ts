import { expect, test, vi } from "vitest";
import { firstKey, firstSecret, pairPlatform, presentPair, statusFor } from "../operation/pair-platform.ts";
import { startServer } from "./fixture.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

const rotations = "/v1/environments/local/rotations";
const [nextKey, nextSecret] = ["APInextnextnext", "planted-secret-that-came-next-and-is-long"];

test("a `companion` that is posted goes with its value, and neither goes alone", async () => {
  const platform = await pairPlatform();
  const server = await startServer({}, platform.folder);
  const token = await server.token("local:operator");
  const post = (path: string, json: object) => server.ask(`${rotations}${path}`, { method: "POST", token, json });
  const name = "LIVEKIT_API_SECRET";
  const shown = await post("/preview", { name: "LIVEKIT_API_KEY" });
  expect(shown.body.plan).toMatchObject({ name, companion: { name: "LIVEKIT_API_KEY" } });
  const expected = shown.body.digest;
  const refusals = [
    { companion: { value: nextKey } },
    { value: nextSecret },
    { value: nextSecret, companion: { value: firstKey } },
    { value: nextSecret, companion: {} },
    { value: nextSecret, companion: { value: nextKey, name: "LIVEKIT_API_KEY" } },
  ];
  for (const sent of refusals) {
    const refused = await post("", { name, expected, ...sent });
    expect([sent, refused.status]).toEqual([sent, expect.toSatisfy((status) => status >= 400 && status < 500)]);
    expect(refused.text).not.toMatch(/planted|APInext|APIfirst/);
  }
  expect(await presentPair(platform)).toEqual({ key: firstKey, secret: firstSecret });
  const given = { value: nextSecret, companion: { base64: Buffer.from(nextKey).toString("base64") } };
  const begun = await post("", { name, expected, ...given });
  expect(begun.status, begun.text).toBe(202);
  const look = async () => (await server.ask(`${rotations}/${String(begun.body.rotation)}`, { token })).body;
  await expect.poll(async () => (await look()).state, { timeout: 60_000 }).toBe("done");
  expect(JSON.stringify(await look())).not.toMatch(/planted|APInext/);
  expect(await presentPair(platform)).toEqual({ key: nextKey, secret: nextSecret });
  expect(await statusFor(platform, nextKey, nextSecret)).toBe(200);
  expect(await statusFor(platform, firstKey, firstSecret)).toBe(401);
  const holders = await server.ask(`/v1/environments/local/secrets/${name}/holders`, { token });
  expect(holders.body.pair).toMatchObject({ companion: "LIVEKIT_API_KEY", maps: [{ variable: "LIVEKIT_KEYS" }] });
});
