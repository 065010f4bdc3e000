import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { passphrase } from "../server/fixture.ts";
import { expectNoSidewaysScroll, withBrowser } from "./browser.ts";

const open = withBrowser();
const root = join(import.meta.dirname, "../..");

/** `npm start`'s calling platform, on ports of its own, with the console over it. Gives the link of the first admin. */
async function startVoxbridge(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "keyturn-voxbridge-"));
  const folder = join(root, "examples/voxbridge");
  const place = ["--env", "local", "--manifest", join(folder, "keyturn.yaml"), "--home", home];
  const words = ["dev", "--serve", ...place, "--sample", join(folder, "values.sample.env"), "--port-shift", "23000"];
  const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" };
  const child = spawn(process.execPath, [join(root, "bin/keyturn.js"), ...words], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  onTestFinished(async () => {
    child.kill("SIGINT");
    await ended;
    await rm(home, { recursive: true, force: true });
  });
  let text = "";
  const found = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const link = /first admin: (\S+)\n/u.exec(text)?.[1];
      if (link !== undefined) found.resolve(link);
    });
  }
  void ended.then(() => found.reject(new Error(`it ended:\n${text}`)));
  return found.promise;
}

test("the secret that three services share changes while they call each other, and no call fails", async () => {
  const link = await startVoxbridge();
  const { page } = await open();
  await page.goto(link);
  await page.getByLabel("Account name").fill("anna");
  await page.getByLabel("Password", { exact: true }).fill(passphrase);
  await page.getByLabel("The same password again").fill(passphrase);
  await page.getByRole("button", { name: "Set password and log in" }).click();
  await page.getByRole("link", { name: "Secrets" }).click();
  await page.getByRole("link", { name: "VOXCORE_SECRET" }).click();
  const holders = page.getByRole("table", { name: "Who holds it" });
  for (const name of ["backend@here", "fleet@here 1", "fleet@here 2", "fleet@here 3", "dialler@here"]) {
    await holders.getByRole("row", { name: `${name} v1 r1 v1` }).waitFor();
  }
  await page.getByRole("button", { name: "Rotate…" }).click();
  await page.getByRole("list", { name: "Steps" }).getByText("2. fleet, dialler present the new value").waitFor();
  await page.getByRole("button", { name: "Rotate VOXCORE_SECRET" }).click();
  await page.getByText(/^Step 2 of 3/u).waitFor();
  const calls = page
    .getByRole("table", { name: "How calls of presenters go" })
    .getByRole("row", { name: /dialler@here/u });
  await calls.waitFor();
  await page.getByText("VOXCORE_SECRET is rotated everywhere, v1 is retired").waitFor({ timeout: 90_000 });
  await page.getByText(/Meanwhile \d+ calls went through, 0 refused, 0 broken/u).waitFor();
  const proof = page.getByRole("table", { name: "Proof, instance by instance" });
  const shown = "takes the new value, refuses the old value not shown the old value for 10 s";
  for (const name of ["backend@here 1, 3", "fleet@here 1 1, 2, 3", "fleet@here 2 1, 2, 3", "fleet@here 3 1, 2, 3"]) {
    await proof.getByRole("row", { name: `${name} ${shown}` }).waitFor();
  }
  await page.setViewportSize({ width: 390, height: 800 });
  await expectNoSidewaysScroll(page);
  expect(await page.getByRole("button", { name: "Hold" }).count()).toBe(0);
});
