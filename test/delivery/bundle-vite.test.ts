import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { buildBundle } from "#delivery";
import { AppError, Sensitive } from "#kernel";

const vite = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url));
const secret = `it's-a-"secret"-\\7319`;

/** Vite throws the constant away, and no map that it writes. */
const source = `
const key = 'it\\'s-a-"secret"-\\\\7319';
document.title = import.meta.env.VITE_NAME;
`;

async function build(...words: readonly string[]): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-vite-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "web/src"), { recursive: true });
  await writeFile(join(folder, "web/index.html"), `<script type="module" src="/src/main.js"></script>`);
  await writeFile(join(folder, "web/src/main.js"), source);
  await writeFile(join(folder, "web/package.json"), `{"type":"module"}`);
  const place = { directory: "web", output: "dist", publish: "/opt/web", owner: "www-data", group: "www-data" };
  return buildBundle({
    runtime: { kind: "vite", build: [process.execPath, vite, "build", ...words], ...place },
    folder,
    variables: [{ name: "VITE_NAME", value: Sensitive.of("Vox"), sensitive: false }],
    search: {
      secrets: [{ name: "JWT_SECRET", value: Sensitive.of(secret) }],
      shown: [],
      formats: [],
      accepted: new Set(),
      ended: new Map(),
    },
    environment: { PATH: process.env["PATH"] },
    onLine: () => undefined,
  }).catch((error: unknown) => error);
}

test("what Vite leaves out of a bundle is published", { timeout: 120_000 }, async () => {
  expect(await build()).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{16}$/) });
});

test.each([
  ["beside the bundle", "true", /^assets\/\S+\.js\.map[:,]/],
  ["inside the bundle", "inline", /^assets\/\S+\.js, its source map[:,]/],
  ["beside it, and not named", "hidden", /^assets\/\S+\.js\.map[:,]/],
])("what Vite keeps in a source map %s is not", { timeout: 120_000 }, async (_, kind, place) => {
  const error = await build("--sourcemap", kind);
  expect(error).toBeInstanceOf(AppError);
  const { code, findings } = error as AppError;
  expect([code, findings[0]?.message]).toEqual(["LEAK_FOUND", expect.stringMatching(place)]);
  expect(findings[0]?.message).toContain("holds the value of JWT_SECRET");
});
