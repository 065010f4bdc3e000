import { expect, test } from "vitest";
import { passphrase } from "../server/fixture.ts";
import { enterFirst, withBrowser } from "./browser.ts";

const open = withBrowser();

test("an account is added with a link that is shown once, logs in with its role, and is disabled", async () => {
  const opened = await open();
  const { page, server } = opened;
  await enterFirst(opened, "/admin/accounts");
  await page.getByRole("button", { name: "Add an account" }).click();
  const drawer = page.getByRole("dialog", { name: "Add an account" });
  await drawer.getByLabel("Account name").fill("ben");
  await drawer.getByLabel("Roles").fill("local:owner");
  await page.keyboard.press("Enter");
  await drawer.getByRole("alert").waitFor();
  await drawer.getByLabel("Roles").fill("local:viewer");
  await page.keyboard.press("Enter");
  const link = (await drawer.getByText("#setup=").textContent()) ?? "";
  await page.keyboard.press("Escape");
  await page.getByRole("row", { name: "ben local:viewer link not used yet" }).waitFor();

  const other = await (await page.context().browser()?.newContext())?.newPage();
  await other?.goto(link);
  await other?.getByLabel("Account name").fill("ben");
  await other?.getByLabel("Password", { exact: true }).fill(passphrase);
  await other?.getByLabel("The same password again").fill(passphrase);
  await other?.keyboard.press("Enter");
  await other?.getByRole("link", { name: "Audit" }).waitFor();
  expect(await other?.getByRole("link", { name: "Accounts" }).count()).toBe(0);
  await other?.goto(`${server.served.address}/admin/accounts`);
  await other?.getByRole("alert").first().waitFor();

  await page.getByRole("button", { name: "Change ben" }).click();
  await page.getByRole("button", { name: "Disable…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disable for good" }).click();
  await page.getByRole("row", { name: "ben local:viewer disabled" }).waitFor();
  await other?.reload();
  await other?.getByRole("heading", { name: "Log in" }).waitFor();
});

test("a token is made, opens what it may, and is revoked behind a second question", async () => {
  const opened = await open();
  const { page, server } = opened;
  await enterFirst(opened, "/admin/accounts");
  await page.getByRole("button", { name: "Make a token" }).click();
  const drawer = page.getByRole("dialog", { name: "Make a token" });
  await drawer.getByLabel("Name").fill("ci");
  await drawer.getByLabel("Roles").fill("local:viewer");
  await page.keyboard.press("Enter");
  const token = (await drawer.getByText(/^keyturn_/u).textContent()) ?? "";
  expect((await server.ask("/v1/environments/local/secrets", { token })).status).toBe(200);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Revoke ci" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke it" }).click();
  await page.getByRole("row", { name: "ci local:viewer revoked" }).waitFor();
  expect((await server.ask("/v1/environments/local/secrets", { token })).status).toBe(401);
});
