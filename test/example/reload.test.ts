import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { getJson, secrets, startDialler, until } from "./platform.ts";

test("a reload takes over what is right, and what is wrong changes nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-reload-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "environment");
  const values = { ...secrets(), KEYTURN_RELEASE: "rel_1", KEYTURN_FILE: file, DIALLER_CALLS_PER_SECOND: "0" };
  const dialler = await startDialler(values);
  const reload = async (text: string, said: string) => {
    await writeFile(file, text);
    const before = dialler.output().split(said).length;
    dialler.process.kill("SIGHUP");
    await until(() => dialler.output().split(said).length > before);
    return (await getJson(`${dialler.url}/health`)).body;
  };

  expect(await reload("DIALLER_CALL_MS=many\nKEYTURN_RELEASE=rel_2\n", "not reloaded")).toMatchObject({
    release: "rel_1",
  });
  expect(dialler.output()).toContain("DIALLER_CALL_MS is malformed: expected a whole number from 0 to 600000");
  expect(dialler.output()).not.toContain("many");
  const right = "DIALLER_CALLS_PER_SECOND=20\nDIALLER_CALL_MS=5\nKEYTURN_RELEASE=rel_3\n";
  expect(await reload(right, '"reloaded"')).toMatchObject({ release: "rel_3" });
  // nothing listens where the workers should be
  await until(() => hasBroken(dialler.url));
});

async function hasBroken(url: string): Promise<boolean> {
  const { body } = await getJson(`${url}/stats`);
  return (body as { readonly broken: number }).broken > 0;
}
