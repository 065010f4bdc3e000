import { expect, test } from "vitest";
import { generateValues, revealValue, type Context } from "#operation";
import { put } from "../operation/make-context.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser, type Opened } from "./browser.ts";

const open = withBrowser();

function as(context: Context, name: string): Context {
  return { ...context, actor: { name } };
}

async function opened(options: Parameters<typeof open>[0] = {}): Promise<Opened> {
  const made = await open(options);
  const { context } = made.server;
  await put(as(context, "account:ben"), "MONGO_URI", "mongodb://planted-value-7319@db/shop");
  await put(as(context, "account:ben"), "SHARED_SECRET", "planted-value-0123456789");
  await revealValue(as(context, "ben@ops1"), { name: "MONGO_URI", scope: {} });
  await generateValues(context, { names: ["SHARED_SECRET"], missing: false, newVersion: true });
  await enterFirst(made, "/seen");
  return made;
}

test("from everybody to one person, to what they know that is in use, to the form that changes it", async () => {
  const { page } = await opened();
  await page.getByRole("row", { name: /ben 1 2 just now account:ben, ben@ops1/u }).waitFor();
  await page.getByRole("link", { name: "ben", exact: true }).click();
  await page.getByRole("heading", { name: "What ben saw", level: 1 }).waitFor();
  expect(new URL(page.url()).searchParams.get("person")).toBe("ben");
  await page.getByText("1 secret to change").waitFor();
  const table = page.getByRole("table", { name: "What they saw" });
  expect(await table.getByRole("rowheader").allTextContents()).toEqual(["MONGO_URI"]);
  await table.getByText("revealed").waitFor();
  await page.getByRole("checkbox", { name: "also what is not in use any more" }).check();
  await table.getByRole("row", { name: /SHARED_SECRET v1 replaced set/u }).waitFor();
  expect(await page.content()).not.toContain("planted-value");
  await page.getByRole("link", { name: "Change these under Secrets" }).click();
  await page.getByText("1 selected").waitFor();
  expect(await page.getByRole("checkbox", { name: "Select MONGO_URI" }).isChecked()).toBe(true);
});

test("a person that the log does not know is said to have seen nothing, and a phone shows all of it", async () => {
  const { page } = await opened({ viewport: { width: 360, height: 740 } });
  await expectNoSidewaysScroll(page);
  await page.goto("/seen?person=nobody");
  await page.getByText("The log tells of no secret that nobody saw").waitFor();
  await page.getByRole("link", { name: "Everybody" }).click();
  await page.getByRole("link", { name: "ben", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("1 secret to change").waitFor();
  await expectNoSidewaysScroll(page);
});
