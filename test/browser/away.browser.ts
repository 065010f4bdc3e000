import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { put } from "../operation/make-context.ts";
import { livePlatform } from "../operation/live-platform.ts";
import { passphrase, type TestServer } from "../server/fixture.ts";
import { enterFirst, withBrowser } from "./browser.ts";

const open = withBrowser();
const notice = "the worker does not answer; this page comes back by itself";

function partsOf({ parts }: TestServer) {
  if (parts === undefined) throw new Error("it is one process");
  return parts;
}

test("a worker that is away is told of quietly, what was read stays, and the page comes back by itself", async () => {
  const { server, page } = await open({ two: true });
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  await enterFirst({ server, page }, "/secrets");
  const parts = partsOf(server);
  await page.getByText("SHARED_SECRET").first().waitFor();
  await parts.stopWorker();
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("status").filter({ hasText: notice }).waitFor();
  expect(await page.getByText("SHARED_SECRET").first().isVisible()).toBe(true);
  expect(await page.getByRole("alert").count()).toBe(0);
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();
  await parts.startWorker();
  await page.getByText(notice).waitFor({ state: "detached" });
  await page.getByRole("table", { name: "Audit log" }).getByText("SHARED_SECRET").waitFor();
});

test("a page that is opened while it is away waits, and whoever logs in then is told so", async () => {
  const { server, page } = await open({ two: true });
  const parts = partsOf(server);
  await parts.stopWorker();
  await page.goto("/");
  await page.getByText(notice).waitFor();
  await parts.startWorker();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  expect(await page.getByText(notice).count()).toBe(0);
  await parts.stopWorker();
  await page.getByLabel("Account name").fill("anna");
  await page.getByLabel("Password").fill(passphrase);
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "the worker does not answer" }).waitFor();
  await parts.startWorker();
});

test("a rollout that is watched while the worker is stopped rests, and is gone on with", async () => {
  const live = await livePlatform({ local: "    soak: 4s\n" });
  const { server, page } = await open({ two: true, home: live.folder });
  await enterFirst({ server, page }, "/rollouts");
  const token = await server.token("local:operator");
  const begun = await server.ask("/v1/environments/local/rollouts", { method: "POST", token, json: { part: [] } });
  await page.goto(`/rollouts/${String(begun.body.rollout)}`);
  await page.getByRole("heading", { name: "Wave 1 of 2" }).waitFor();
  const parts = partsOf(server);
  await parts.stopWorker();
  await page.getByText(notice).waitFor();
  await parts.startWorker();
  await page.getByText(notice).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("2 of 2 done").waitFor();
  await page.getByText("end: done").waitFor();
  expect(await page.getByText("end: done").count()).toBe(1);
});

test("one whose worker is killed is told anew by the next, nothing of it twice, and gone on with", async () => {
  const live = await livePlatform({ local: "    soak: 6s\n" });
  const { server, page } = await open({ two: true, home: live.folder });
  await enterFirst({ server, page }, "/rollouts");
  const parts = partsOf(server);
  await parts.stopWorker();
  const killed = await startWorker(server);
  const token = await server.token("local:operator");
  const begun = await server.ask("/v1/environments/local/rollouts", { method: "POST", token, json: { part: [] } });
  await page.goto(`/rollouts/${String(begun.body.rollout)}`);
  const staged = page.getByText(/api@here · stage · done/);
  await staged.waitFor();
  killed.kill("SIGKILL");
  await page.getByText(notice).waitFor();
  await parts.startWorker();
  await page.getByText(notice).waitFor({ state: "detached" });
  await page.getByText("stopped", { exact: true }).waitFor();
  await staged.waitFor();
  expect(await staged.count()).toBe(1);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("end: done").waitFor();
});

/** In a process of its own. */
async function startWorker(server: TestServer): Promise<ChildProcess> {
  const { host } = new URL(server.served.address);
  const words = ["serve", "--worker", "--socket", partsOf(server).socket, "--listen", host];
  const command = fileURLToPath(new URL("../../bin/keyturn.js", import.meta.url));
  const child = spawn(process.execPath, [command, ...words], {
    cwd: server.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}
