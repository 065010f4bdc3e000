import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
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

/** Messages of the libraries are part of what is compared. */
const broken = {
  ...shop,
  "keyturn.yaml": shop["keyturn.yaml"]?.replace("platform: shop", "platform: 7\nodd: true") ?? "",
};
