import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { makeFolder, run } from "./folder.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const published = mkdtempSync(join(tmpdir(), "keyturn-bundle-"));

beforeAll(() => {
  execFileSync(process.execPath, [join(repository, "scripts/build.js"), join(published, "dist")]);
  for (const name of ["bin", "package.json"])
    cpSync(join(repository, name), join(published, name), { recursive: true });
});

afterAll(() => rmSync(published, { recursive: true }));

test.each([["--help"], ["schema"], ["check", "--json"], ["apply", "--nonsense"]])(
  "the bundle answers as the sources do: %s",
  async (...words) => {
    const [sources, bundle] = await Promise.all([makeFolder(broken), makeFolder(broken)]);
    const answer = await run(bundle.path, process.execPath, [join(published, "bin/keyturn.js"), ...words]);
    expect(withoutPlace(answer, bundle.path)).toEqual(withoutPlace(await sources.keyturn(...words), sources.path));
  },
);

test("the bundle runs a command with a service's values, and masks what it prints", async () => {
  const { path } = await makeFolder(shop);
  const bundle = (...words: readonly string[]) =>
    run(path, process.execPath, [join(published, "bin/keyturn.js"), ...words]);
  await bundle("init", "--yes");
  expect(await bundle("recovery", "init", "--out", "recovery.txt")).toMatchObject({ code: 0 });
  await bundle("generate", "SHARED_SECRET");
  await bundle("grant", "--missing", "--yes");
  const { out, code } = await bundle("run", "web", "--", "sh", "-c", "echo $SHARED_SECRET");
  expect({ out, code }).toEqual({ out: "[SHARED_SECRET]\n", code: 0 });
});

/** Messages of the libraries are part of what is compared. */
const broken = {
  ...shop,
  "keyturn.yaml": shop["keyturn.yaml"]?.replace("platform: shop", "platform: 7\nodd: true") ?? "",
};

function withoutPlace(answer: object, place: string): string {
  return JSON.stringify(answer).replaceAll(place, "PLACE");
}
