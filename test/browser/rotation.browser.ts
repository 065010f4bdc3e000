import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { listRotations } from "#operation";
import {
  rotate,
  rotatingPlatform,
  statusFor,
  firstValue,
  type RotatingOptions,
} from "../operation/rotating-platform.ts";
import { put } from "../operation/make-context.ts";
import { redisPlatform } from "../issuer/redis-platform.ts";
import { firstPassword } from "../issuer/redis-server.ts";
import { unheldPlatform } from "../operation/unheld-platform.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser } from "./browser.ts";

const open = withBrowser();

async function opened(options: Parameters<typeof open>[0] = {}, rotating: RotatingOptions = {}) {
  const platform = await rotatingPlatform(rotating);
  const made = await open({ home: platform.folder, ...options });
  await enterFirst(made, "/secrets");
  return { ...made, platform };
}

async function toSecret(page: Page): Promise<void> {
  await page.getByRole("link", { name: "TOKEN" }).click();
  await page.getByRole("heading", { name: "TOKEN", level: 1 }).waitFor();
}

/** Neither of the two values, in the document or in anything that the browser keeps. */
async function expectNoValue(page: Page): Promise<void> {
  const kept = await page.evaluate(
    `document.documentElement.outerHTML + [...document.querySelectorAll("input")].map((one) => one.value).join() +
      JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href`,
  );
  expect(kept).not.toMatch(/the-value-that|planted-value|planted-by/u);
}

test("a secret is rotated from its page, shown in words before, watched, and proved instance by instance", async () => {
  const made = await opened();
  const { page, platform } = made;
  await toSecret(page);
  const stored = page.getByRole("list", { name: "Stored" });
  await stored.getByText("v1").first().waitFor();
  const holders = page.getByRole("table", { name: "Who holds it" });
  await holders.getByRole("row", { name: /api@here v1 r1 v1/u }).waitFor();
  await holders.getByRole("row", { name: /caller@here v1 r1 v1/u }).waitFor();
  await page
    .getByRole("table", { name: "Versions" })
    .getByRole("row", { name: /v1 present/u })
    .waitFor();
  await page.getByText("It was never rotated").waitFor();

  await stored.getByRole("button", { name: "Rotate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate TOKEN" });
  const steps = dialog.getByRole("list", { name: "Steps" });
  await steps.getByText("1. api take both values").waitFor();
  await steps.getByText("2. caller present the new value").waitFor();
  await steps.getByText("3. api forget the old value").waitFor();
  await steps.getByText("There is no way back from here.").waitFor();
  await dialog.getByLabel("I have it").check();
  expect(await dialog.getByRole("button", { name: "Rotate TOKEN" }).isDisabled()).toBe(true);
  await dialog.getByLabel("The new value", { exact: true }).fill("planted-value-that-came-next");
  await dialog.getByRole("button", { name: "Rotate TOKEN" }).click();

  await page.getByRole("heading", { name: "Rotation", level: 1 }).waitFor();
  await page.getByText("TOKEN is rotated everywhere, v1 is retired").waitFor();
  const proof = page.getByRole("table", { name: "Proof, instance by instance" });
  await proof.getByRole("row", { name: /api@here 1, 3 takes the new value, refuses the old value/u }).waitFor();
  await proof.getByRole("row", { name: /caller@here 2 its process and its health checks/u }).waitFor();
  await page
    .getByRole("table", { name: "Which value verifiers are shown" })
    .getByRole("row", { name: /api@here/u })
    .waitFor();
  await page
    .getByRole("table", { name: "How calls of presenters go" })
    .getByRole("row", { name: /caller@here/u })
    .waitFor();
  await page.getByText("v1 is retired: there is no way back from here").waitFor();
  expect(await statusFor(platform, firstValue)).toBe(401);
  await expectNoValue(page);

  await page.getByRole("link", { name: "TOKEN" }).click();
  await page
    .getByRole("table", { name: "Versions" })
    .getByRole("row", { name: /v2 present/u })
    .waitFor();
  await page
    .getByRole("table", { name: "Rotations" })
    .getByRole("row", { name: /TOKEN done 3 of 3/u })
    .waitFor();
});

test("it is held and taken back, and each button says what it does", async () => {
  const { page, platform } = await opened();
  await toSecret(page);
  await page.getByRole("button", { name: "Rotate…" }).click();
  await page.getByRole("button", { name: "Rotate TOKEN" }).click();
  await page.getByText("It stops at the end of what it is at").waitFor();
  await page.getByRole("button", { name: "Hold" }).click();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  await page.getByRole("status").getByText("It waits for a person").waitFor();
  await page.getByText("there is no way back from there").waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("link", { name: "rotation of TOKEN" }).click();
  await page.getByRole("button", { name: "Take back…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Take back" }).click();
  await page.getByText("Taken back: everything has v1 again").waitFor();
  expect(await statusFor(platform, firstValue)).toBe(200);
  await page.getByRole("link", { name: "Rotations" }).click();
  await page.getByRole("row", { name: /TOKEN taken back/u }).waitFor();
});

test("a compromised one is a form of its own: with the outage in words, and the name typed once more", async () => {
  const { page, platform } = await opened();
  await toSecret(page);
  await page.getByRole("button", { name: "It is compromised…" }).click();
  const dialog = page.getByRole("dialog", { name: "TOKEN is compromised" });
  await dialog.getByText("a compromised value gets no overlap").waitFor();
  const begin = dialog.getByRole("button", { name: "Rotate now, with that outage" });
  expect(await begin.isDisabled()).toBe(true);
  await dialog.getByLabel("TOKEN, once more").fill("TOKE");
  expect(await begin.isDisabled()).toBe(true);
  await dialog.getByLabel("TOKEN, once more").fill("TOKEN");
  await begin.click();
  await page.getByText("TOKEN is rotated everywhere, v1 is compromised").waitFor();
  expect(await statusFor(platform, firstValue)).toBe(401);
});

test("one that is held becomes an emergency, with the value that it has", async () => {
  const { page, platform } = await opened();
  await toSecret(page);
  await page.getByRole("button", { name: "Rotate…" }).click();
  await page.getByRole("button", { name: "Rotate TOKEN" }).click();
  await page.getByRole("button", { name: "Hold" }).click();
  await page.getByRole("button", { name: "It is compromised…" }).click();
  const dialog = page.getByRole("dialog", { name: "TOKEN is compromised" });
  await dialog.getByText("that rotation becomes an emergency").waitFor();
  expect(await dialog.getByLabel("I have it").count()).toBe(0);
  await dialog.getByLabel("TOKEN, once more").fill("TOKEN");
  await dialog.getByRole("button", { name: "Rotate now, with that outage" }).click();
  await page.getByText("TOKEN is rotated everywhere, v1 is compromised").waitFor();
  expect(await listRotations(platform.again())).toHaveLength(1);
  expect(await statusFor(platform, firstValue)).toBe(401);
});

test("a plan that is another one by now is refused, and shown anew", async () => {
  const { page, platform } = await opened();
  await toSecret(page);
  await page.getByRole("button", { name: "Rotate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate TOKEN" });
  await dialog.getByText(/^v1 /u).waitFor();
  await rotate(platform.again());
  await dialog.getByRole("button", { name: "Rotate TOKEN" }).click();
  await dialog.getByRole("alert").getByText("something else would be done by now").waitFor();
  await dialog.getByText(/^v2 /u).waitFor();
  expect(await listRotations(platform.again())).toHaveLength(1);
});

test("it works by keyboard alone and at a phone's width", async () => {
  const { page, platform } = await opened({ viewport: { width: 390, height: 800 } });
  await toSecret(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "Rotate…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("list", { name: "Steps" }).waitFor();
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "Rotate TOKEN" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("TOKEN is rotated everywhere").waitFor();
  await expectNoSidewaysScroll(page);
  const list = await listRotations(platform.again());
  expect(list.map(({ state }) => state)).toEqual(["done"]);
});

test("what is due by a person is on the overview, and the next date beside each secret", async () => {
  const { page, platform } = await opened({}, { rotate: "{ every: 12h, by: person }" });
  await page.getByRole("row", { name: /TOKEN just now \d+ \w+ \d+, by a person/u }).waitFor();
  const database = new DatabaseSync(join(platform.context.home, "keyturn.db"));
  database.exec("update value set created_at = created_at - 86400000");
  database.close();
  await put(platform.again(), "PORT", "1", { service: "caller", host: "here" });
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("1 secret is due").waitFor();
  await page.getByRole("status").getByRole("link", { name: "TOKEN" }).click();
  await page.getByRole("list", { name: "Stored" }).getByText("due, by a person").waitFor();
  await page.getByRole("link", { name: "Rotations" }).click();
  await page
    .getByRole("table", { name: "By the calendar" })
    .getByRole("row", { name: /TOKEN due, by a person .* a person/u })
    .waitFor();
});

test("a value that a person gives is judged by its provider first, and what it said stays with the rotation", async () => {
  const platform = await redisPlatform();
  const { redis } = platform;
  const made = await open({ home: platform.folder, nearby: true });
  await enterFirst(made, "/secrets/REDIS_URL");
  const { page } = made;
  await page.getByRole("button", { name: "Rotate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate REDIS_URL" });
  await dialog.getByText("Made first: a second password of the Redis user app").waitFor();
  await dialog.getByLabel("I have it").check();
  await dialog.getByText("Made first").waitFor({ state: "detached" });
  const field = dialog.getByLabel("The new value", { exact: true });
  const begin = dialog.getByRole("button", { name: "Rotate REDIS_URL" });
  await field.fill("sk-proj-planted-0123456789abcdefghij");
  await begin.click();
  await dialog.getByText(/this value of REDIS_URL is .*OpenAI/u).waitFor();
  // as it is, it is looked at by the provider alone
  await dialog.getByLabel("Exactly as it is").check();
  const uri = redis.appUri.replace(firstPassword, "planted-by-a-person");
  await field.fill(uri);
  await begin.click();
  await dialog.getByText("Redis does not take this value of REDIS_URL").waitFor();
  redis.command("ACL", "SETUSER", "app", ">planted-by-a-person");
  await begin.click();
  await page.getByText("REDIS_URL is rotated everywhere, v1 is retired").waitFor();
  await page.getByRole("list", { name: "The value that was given" }).getByText("Redis: takes it").waitFor();
  await expectNoValue(page);
});

test("a secret that no service has: nothing restarts, and what nothing makes is taken from a person", async () => {
  const platform = await unheldPlatform();
  const made = await open({ home: platform.folder });
  await enterFirst(made, "/secrets/GRAFANA_ADMIN_PASSWORD");
  const { page } = made;
  await page.getByRole("button", { name: "Rotate…" }).click();
  await page.getByText("No service has it: nothing restarts.").waitFor();
  await page.getByRole("button", { name: "Rotate GRAFANA_ADMIN_PASSWORD" }).click();
  await page.getByText("GRAFANA_ADMIN_PASSWORD is rotated, v1 is retired").waitFor();
  await page.goto("/secrets/WIKI_PASSWORD");
  await page.getByRole("button", { name: "Rotate…" }).click();
  await page.getByText("nothing makes its value").waitFor();
  await page.getByLabel("I have it").check();
  await page.getByLabel("The new value", { exact: true }).fill("planted-value-of-people");
  await page.getByRole("button", { name: "Rotate WIKI_PASSWORD" }).click();
  await page.getByText("WIKI_PASSWORD is rotated, v1 is retired").waitFor();
  await expectNoValue(page);
});
