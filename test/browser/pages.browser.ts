import { expect, test } from "vitest";
import { compose } from "../../src/compose/compose.ts";
import { put, shop, writeProject } from "../operation/make-context.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser } from "./browser.ts";

const open = withBrowser();

test("the overview shows each service where it is to run, and what is not as the store says", async () => {
  const opened = await open();
  await enterFirst(opened);
  const { page } = opened;
  const table = page.getByRole("table", { name: "Every instance" });
  await table.getByRole("row", { name: "api there" }).waitFor();
  expect(await table.getByRole("rowheader").allTextContents()).toEqual(["api", "api", "web"]);
  await page.getByRole("heading", { name: "Drift" }).waitFor();
});

test("secrets are shown by age, version and fingerprint, found by a word, and never by value", async () => {
  const opened = await open();
  const { page, server } = opened;
  await enterFirst(opened, "/secrets");
  await page.getByText("Nothing is stored yet").waitFor();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  await put(server.context, "MONGO_URI", "mongodb://planted.example/db");
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("row", { name: /SHARED_SECRET just now 1 [0-9a-f]{16} /u }).waitFor();
  await page.getByRole("searchbox").fill("mongo");
  expect(await page.getByRole("rowheader").allTextContents()).toEqual(["MONGO_URI"]);
  expect(await page.content()).not.toContain("planted");
});

test("the audit shows who did what, and rollouts what to type when there was none", async () => {
  const opened = await open();
  const { page, server } = opened;
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  await enterFirst(opened, "/audit");
  await page.getByRole("row", { name: /value.set SHARED_SECRET/u }).waitFor();
  await page.getByRole("link", { name: "Rollouts" }).click();
  await page.getByText("keyturn apply --env local").waitFor();
});

test("a refusal is shown with what to do, and the page goes on when it is mended", async () => {
  const opened = await open();
  const { page } = opened;
  const failure = { code: "STORE_BUSY", message: "the store is busy", hint: "try again in a moment", findings: [] };
  await page.route("**/secrets", (route) => route.fulfill({ status: 503, json: { error: failure } }));
  await enterFirst(opened);
  await page.getByRole("link", { name: "Secrets" }).click();
  const alert = page.getByRole("alert");
  await alert.getByText("the store is busy").waitFor();
  expect(await alert.getByText("try again in a moment").isVisible()).toBe(true);
  await page.unroute("**/secrets");
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Nothing is stored yet").waitFor();
});

test("at a phone's width nothing stands out, and the pages are reached by the menu", async () => {
  const opened = await open({ viewport: { width: 360, height: 740 } });
  const { page } = opened;
  await enterFirst(opened);
  for (const title of ["Secrets", "Rollouts", "Audit", "Overview"]) {
    await page.getByRole("button", { name: "Pages" }).click();
    await page.getByRole("dialog").getByRole("link", { name: title }).click();
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    await expectNoSidewaysScroll(page);
  }
});

test("the theme follows the system until somebody chooses, and the choice stays", async () => {
  const opened = await open({ colorScheme: "dark" });
  const { page } = opened;
  const ground = (): Promise<unknown> => page.evaluate("getComputedStyle(document.body).backgroundColor");
  await enterFirst(opened);
  const dark = await ground();
  await page.getByRole("button", { name: "Account anna" }).click();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  expect(await ground()).toBe(light);
});

test("environments stand side by side, without values, and the choice of one is in the address", async () => {
  const manifest = `${shop["keyturn.yaml"]}  staging:\n    hosts: { here: local, there: local }\n`;
  const folder = await writeProject({ ...shop, "keyturn.yaml": manifest });
  for (const [environment, names] of [
    ["local", ["SHARED_SECRET", "MONGO_URI"]],
    ["staging", ["SHARED_SECRET"]],
  ] as const) {
    const made = compose({ folder, environment }, {});
    await made.context.makeStore();
    for (const name of names) await put(made.context, name, "mongodb://planted.example/db");
    await made.close();
  }
  const opened = await open({ home: folder });
  const { page } = opened;
  await enterFirst(opened, "/environments");
  await page.getByRole("row", { name: "MONGO_URI v1, just now lacks it" }).waitFor();
  await page.getByRole("checkbox", { name: "only where one lacks it" }).check();
  expect(await page.getByRole("rowheader").allTextContents()).toEqual(["MONGO_URI"]);
  await page.getByRole("link", { name: "Secrets" }).click();
  await page.getByLabel("Environment").first().selectOption("staging");
  await page.getByRole("rowheader", { name: "SHARED_SECRET" }).waitFor();
  expect(await page.getByRole("rowheader").count()).toBe(1);
  expect(new URL(page.url()).search).toBe("?env=staging");
});
