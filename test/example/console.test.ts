import { cp, mkdtemp, readFile, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { build, preview } from "vite";
import { expect, onTestFinished, test } from "vitest";
import { freePort, getJson, secrets, startBackend } from "./platform.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the build bakes the brand file in, and nothing else that the process has", async () => {
  setEnvironment("VOXCORE_SECRET", "must-not-be-in-the-bundle-of-a-browser");
  const folder = await builtConsole();
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

test("the preview serves the page, and the backend under /api", async () => {
  const backend = await startBackend(secrets());
  setEnvironment("CONSOLE_BACKEND_URL", backend.url);
  const folder = await builtConsole();
  const port = await freePort();
  const configFile = `${folder}/vite.config.ts`;
  const server = await preview({ root: folder, configFile, logLevel: "silent", preview: { port, host: "127.0.0.1" } });
  onTestFinished(() => server.close());
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(await page.text()).toContain("<title>Voxbridge</title>");
  expect(await getJson(`http://127.0.0.1:${port}/api/health`)).toMatchObject({ status: 200, body: { status: "ok" } });
});

/** A copy of the console with its brand in place, built; the checkout stays clean. */
async function builtConsole(): Promise<string> {
  const place = await mkdtemp(`${tmpdir()}/keyturn-console-`);
  onTestFinished(() => rm(place, { recursive: true }));
  const folder = `${place}/console`;
  await cp(`${root}examples/voxbridge/console`, folder, { recursive: true });
  await symlink(`${root}node_modules`, `${place}/node_modules`);
  await cp(`${folder}/brand/voxbridge/.env`, `${folder}/.env`);
  await build({ root: folder, configFile: `${folder}/vite.config.ts`, logLevel: "silent" });
  return folder;
}

function setEnvironment(name: string, value: string): void {
  process.env[name] = value;
  onTestFinished(() => {
    delete process.env[name];
  });
}
