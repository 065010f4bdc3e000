import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Locator } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { told, userPlatform } from "../operation/user-runtimes.ts";
import { enterFirst, withBrowser } from "./browser.ts";

const open = withBrowser();
const key = (mark: string) => `sk-proj-${mark}-0123456789abcdefghij`;

/** A provider that refuses one key and knows every other. */
async function provider(refused: string): Promise<string> {
  const server = createServer(({ headers }, response) => {
    const right = headers.authorization !== `Bearer ${refused}`;
    response.statusCode = right ? 200 : 401;
    response.end(JSON.stringify(right ? { data: [] } : { error: { code: "invalid_api_key" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function enter(dialog: Locator, value: string): Promise<void> {
  await dialog.getByLabel("API key", { exact: true }).fill(value);
}

test("a key is proved, reaches every runtime while one looks on, and one that breaks them goes back by itself", async () => {
  const { folder, port } = await userPlatform(["alice", "bob"]);
  const opened = await open({ home: folder, nearby: true });
  const { page } = opened;
  await enterFirst(opened, "/admin/settings");
  const card = page.getByRole("listitem", { name: "OpenAI" });
  await card.getByText("not set").waitFor();

  await page.getByRole("button", { name: "Enter OpenAI" }).click();
  const dialog = page.getByRole("dialog", { name: "OpenAI" });
  await dialog.getByLabel("base URL").fill(await provider(key("wrong")));
  await enter(dialog, key("wrong"));
  await dialog.getByRole("button", { name: "Test" }).click();
  await dialog.getByText("Refused").waitFor();
  expect(await dialog.getByRole("button", { name: "Save and roll out" }).isDisabled()).toBe(true);

  await enter(dialog, ` ${key("one")}\n`.trimEnd());
  await dialog.getByRole("button", { name: "Save and roll out" }).click();
  await dialog.getByText("2 of 2 done").waitFor();
  expect((await told(port))["llm"]).toBe(key("one"));
  await page.keyboard.press("Escape");
  await card.getByText("works", { exact: true }).waitFor();
  await card.getByText("by account:anna, revision 1").waitFor();

  await page.getByRole("button", { name: "Change OpenAI" }).click();
  await enter(dialog, key("breaks-everyone"));
  await dialog.getByRole("button", { name: "Save and roll out" }).click();
  await dialog.getByText("Everything went back").waitFor();
  expect((await told(port))["llm"]).toBe(key("one"));
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "History of OpenAI" }).click();
  await page.getByRole("dialog").getByText("went back by itself to revision 1").waitFor();
});

test("a stored key is never sent to a new address", async () => {
  const { folder } = await userPlatform(["alice"]);
  const opened = await open({ home: folder, nearby: true });
  const { page } = opened;
  await enterFirst(opened, "/admin/settings");
  await page.getByRole("button", { name: "Enter OpenAI" }).click();
  const dialog = page.getByRole("dialog", { name: "OpenAI" });
  await dialog.getByLabel("base URL").fill(await provider(key("wrong")));
  await enter(dialog, key("one"));
  await dialog.getByRole("button", { name: "Save and roll out" }).click();
  await dialog.getByText("1 of 1 done").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Change OpenAI" }).click();
  await dialog.getByLabel("base URL").fill(await provider(key("wrong")));
  await dialog.getByRole("alert").filter({ hasText: "enter it again" }).waitFor();
  expect(await dialog.getByRole("button", { name: "Test" }).isDisabled()).toBe(true);
  await enter(dialog, key("two"));
  await dialog.getByRole("button", { name: "Test" }).click();
  await dialog.getByText("Verified").waitFor();
});

test("a page and the server judge a typed key in the same words", async () => {
  const { folder } = await userPlatform(["alice"]);
  const opened = await open({ home: folder, nearby: true });
  const { page, server } = opened;
  await enterFirst(opened, "/admin/settings");
  await page.getByRole("button", { name: "Enter OpenAI" }).click();
  const dialog = page.getByRole("dialog", { name: "OpenAI" });
  const token = await server.token("local:admin");
  const path = "/v1/environments/local/settings/openai/test";
  for (const text of [
    "sk-ant-api03-planted",
    "sk-admin-planted",
    "AKIA2345ABCD2345ABCD",
    "sk-proj-****abcd",
    "[masked]",
  ]) {
    await enter(dialog, text);
    const told = await dialog.getByRole("alert").filter({ hasText: "this looks like" }).textContent();
    const { body } = await server.ask(path, { token, method: "POST", json: { fields: { key: text } } });
    expect(body.problems.map(({ message }: { message: string }) => message)).toContain(told);
  }
  expect(server.log.filter((line) => line.includes("/test")).length).toBe(5);
});
