import { cp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { makeFolder, run } from "./folder.ts";

const sources = fileURLToPath(new URL("../../bin/keyturn.js", import.meta.url));

test.each([["--help"], ["schema"], ["check", "--json"], ["apply", "--nonsense"]])(
  "the bundle answers as the sources do: %s",
  async (...words) => {
    const { path, keyturn } = await makeFolder(broken);
    expect(await keyturn(...words)).toEqual(await run(path, process.execPath, [sources, ...words]));
  },
);

test("the bundle runs a command with a service's values, and masks what it prints", async () => {
  const { keyturn: bundle } = await makeFolder(shop);
  await bundle("init", "--yes");
  expect(await bundle("recovery", "init", "--out", "recovery.txt")).toMatchObject({ code: 0 });
  await bundle("generate", "SHARED_SECRET");
  await bundle("grant", "--missing", "--yes");
  const { out, code } = await bundle("run", "web", "--", "sh", "-c", "echo $SHARED_SECRET");
  expect({ out, code }).toEqual({ out: "[SHARED_SECRET]\n", code: 0 });
});

test("nobody whose store is a file loads the driver of PostgreSQL", async () => {
  const { path } = await makeFolder(shop);
  const copy = join(path, "copy");
  await cp(join(inject("command"), "../.."), copy, { recursive: true });
  const chunks = await readdir(join(copy, "dist"));
  const texts = await Promise.all(
    chunks.map(async (name) => [name, await readFile(join(copy, "dist", name), "utf8")] as const),
  );
  const driver = texts.filter(([, text]) => text.includes("SCRAM-SERVER-FIRST-MESSAGE")).map(([name]) => name);
  expect(driver).toHaveLength(1);
  for (const name of driver) await rm(join(copy, "dist", name));
  const bare = (...words: readonly string[]) => run(path, process.execPath, [join(copy, "bin/keyturn.js"), ...words]);
  expect(await bare("--version")).toMatchObject({ code: 0 });
  expect(await bare("init", "--yes")).toMatchObject({ code: 0 });
  expect(await bare("list")).toMatchObject({ code: 0 });
});

/** Messages of the libraries are part of what is compared. */
const broken = {
  ...shop,
  "keyturn.yaml": shop["keyturn.yaml"]?.replace("platform: shop", "platform: 7\nodd: true") ?? "",
};
