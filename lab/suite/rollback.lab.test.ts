import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform, plantedValues } from "./platform.ts";
import { dialler, fleet, processEnvironment } from "./running-service.ts";
import { findIn, findInFolder, findOnHosts, type Secret } from "./secret-search.ts";

const lab = openLab();
const platform = openPlatform();
const secrets: Secret[] = [];
const name = "OPENAI_API_KEY";

beforeAll(async () => {
  await freshHosts(lab);
  await lab.publishCode();
  plant(await fillStore(platform));
  await must(platform, "hosts prepare --yes --via root-%h");
  await must(platform, "apply --yes");
});

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

function plant(values: Readonly<Record<string, string>>): void {
  secrets.push(...Object.entries(values).map(([name, value]) => ({ name, value })));
}

async function carried(variable: string): Promise<ReadonlySet<string | undefined>> {
  return new Set(await Promise.all(fleet.map(async (unit) => (await processEnvironment(lab, unit)).get(variable))));
}

test("a rollback runs the old value again, as a new version in a new release", async () => {
  const before = await carried(name);
  const { [name]: value = "" } = plantedValues();
  plant({ [name]: value });
  await must(platform, `set ${name}`, { input: value });
  await must(platform, "apply --yes");
  expect((await carried(name)).has(value)).toBe(true);

  const { out } = await must(platform, "rollback --yes");
  expect(out).toContain("r3 runs on 3 targets, verified");
  expect([...(await carried(name))].every((one) => before.has(one))).toBe(true);
  expect(await carried("KEYTURN_RELEASE")).toEqual(new Set(["r3"]));
  const history = await platform.json<{ versions: { number: number; origin: string; fingerprint: string }[] }>(
    `history ${name}`,
  );
  const [first, , third] = history.versions.toSorted((a, b) => a.number - b.number);
  expect(third).toMatchObject({ number: 3, origin: "rollback to r1", fingerprint: first?.fingerprint });
});

test("nothing is left to do behind it, and who was not concerned was left alone", async () => {
  expect((await platform.keyturn("plan")).code).toBe(0);
  const [unit] = dialler;
  if (unit === undefined) throw new Error("there is a dialler");
  expect((await processEnvironment(lab, unit)).get("KEYTURN_RELEASE")).toBe("r1");
});

test("no value was shown anywhere", async () => {
  expect(findIn(platform.printed(), secrets)).toEqual([]);
  expect(await findOnHosts(lab, secrets)).toEqual([]);
  for (const folder of [platform.home, platform.temporary]) expect(findInFolder(folder, secrets)).toEqual([]);
});
