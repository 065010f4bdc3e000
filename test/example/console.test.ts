import { cp, mkdtemp, readFile, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { build } from "vite";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the build bakes the brand file in, and nothing else that the process has", async () => {
  const place = await mkdtemp(`${tmpdir()}/keyturn-console-`);
  onTestFinished(() => rm(place, { recursive: true }));
  const folder = `${place}/console`;
  await cp(`${root}examples/voxbridge/console`, folder, { recursive: true });
  await symlink(`${root}node_modules`, `${place}/node_modules`);
  await cp(`${folder}/brand/voxbridge/.env`, `${folder}/.env`);
  process.env["VOXCORE_SECRET"] = "must-not-be-in-the-bundle-of-a-browser";
  onTestFinished(() => {
    delete process.env["VOXCORE_SECRET"];
  });

  await build({ root: folder, configFile: `${folder}/vite.config.ts`, logLevel: "silent" });

  const files = await readdir(`${folder}/dist`, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(`${file.parentPath}/${file.name}`, "utf8"));
  const bundle = (await Promise.all(texts)).join("\n");
  const brand = parse(await readFile(`${folder}/.env`));
  for (const [name, value] of Object.entries(brand)) expect(bundle, name).toContain(value);
  expect(bundle).toContain("<title>Voxbridge</title>");
  expect(bundle).not.toContain("must-not-be-in-the-bundle");
});
