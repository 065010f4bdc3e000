import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleSearch } from "../../src/operation/deploy/bundle-search.ts";
import { survey } from "../../src/operation/deploy/survey.ts";
import { makeProject, put, shop } from "./make-context.ts";

test("a bundle is searched for every version, and not for what contracts show to anybody or what was accepted", async () => {
  const contract = `${shop["web/.env.example"] ?? ""}# @public\nMAPS_KEY=a-key-that-all-may-see\n`;
  const { folder, context } = await makeProject({ ...shop, "web/.env.example": contract });
  await put(context, "MONGO_URI", "mongodb://app:one@db/shop");
  await put(context, "MONGO_URI", "mongodb://app:two@db/shop");
  await put(context, "SHARED_SECRET", "a-secret-of-both-sides");
  const day = new Date(context.clock.now() + 86_400_000).toISOString().slice(0, 10);
  const entry = (tag: string, until: string) =>
    `- { format: google API key, path: a, tag: ${tag}, reason: r, until: ${until} }\n`;
  writeFileSync(join(folder, "keyturn.accepted.yaml"), entry("aa", day) + entry("bb", "2020-01-31"));
  const search = await bundleSearch(context, await survey(context));
  const versions = search.secrets.map(
    ({ name, version, state }) => `${name} v${version ?? "?"} ${state ?? "composed"}`,
  );
  expect(versions.toSorted()).toEqual(["MONGO_URI v1 live", "MONGO_URI v2 live", "SHARED_SECRET v1 live"]);
  expect(search.shown.map(({ name }) => name)).toContain("MAPS_KEY");
  expect(search.shown.map(({ name }) => name)).not.toContain("SHARED_SECRET");
  expect([...search.accepted]).toEqual(["google API key aa"]);
  expect([...search.ended]).toMatchObject([["google API key bb", { reason: "r", until: "2020-01-31" }]]);
  expect(search.formats.some(({ anchors }) => anchors.includes("SHARED_SECRET"))).toBe(true);
});
