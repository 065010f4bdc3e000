import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { listFindings, retireValue, scan } from "#operation";
import { put } from "../operation/make-context.ts";
import { firstValue, rotatingPlatform, statusFor } from "../operation/rotating-platform.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser, type Opened } from "./browser.ts";

const open = withBrowser();
const machine = hostname();

type Options = Parameters<typeof open>[0];

/** A secret in a file of a repository, and what looks like a password in another one. */
async function opened(
  options: Options = {},
  path = "/findings",
): Promise<Opened & { readonly look: () => Promise<void> }> {
  const made = await open(options);
  const { context, folder } = made.server;
  await put(context, "SHARED_SECRET", "planted-value-0123456789");
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["remote", "add", "origin", "git@github.com:acme/shop.git"], { cwd: folder });
  writeFileSync(join(folder, "app.ts"), `\n"planted-value-0123456789"`);
  writeFileSync(join(folder, "b.log"), Buffer.from("planted-value-0123456789").toString("base64"));
  writeFileSync(join(folder, "db.ts"), `"postgres://shop:Zk3vQ9pLx81mT@db.acme-shop.io/x"`);
  const target = { kind: "tree", folder, paths: ["app.ts", "b.log", "db.ts"] } as const;
  const look = async () => void (await scan(context, { target, keep: {} }));
  await look();
  await enterFirst(made, path);
  return { ...made, look };
}

test("findings are shown by secret and by place, filtered by state and word, and never with a value", async () => {
  const { page } = await opened();
  const table = page.getByRole("table", { name: "SHARED_SECRET v1, live" });
  await table.getByRole("row", { name: /app\.ts:2 .*acme\/shop.* new rotate it, then take it out literal/u }).waitFor();
  await table.getByRole("row", { name: /b\.log:1 .* base64/u }).waitFor();
  await page.getByRole("table", { name: "url-password not in the store" }).getByText("exchange it").waitFor();
  await page.getByRole("link", { name: "By place" }).click();
  const place = page.getByRole("table", { name: `github.com/acme/shop on ${machine}` });
  expect(await place.getByRole("rowheader").allTextContents()).toEqual(["app.ts:2", "b.log:1", "db.ts:1"]);
  await page.getByRole("searchbox").fill("shared");
  expect(await place.getByRole("rowheader").allTextContents()).toEqual(["app.ts:2", "b.log:1"]);
  await page.getByLabel("State").selectOption("gone");
  await page.getByText("No finding is like that").waitFor();
  expect(new URL(page.url()).searchParams.get("state")).toBe("gone");
  expect(new URL(page.url()).searchParams.get("view")).toBe("place");
  await page.goBack();
  await place.getByRole("link", { name: "SHARED_SECRET" }).first().click();
  const own = page.getByRole("table", { name: "Found by scans" });
  await own.getByRole("row", { name: /app\.ts:2/u }).waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("link", { name: "3 new findings of scans" }).click();
  await page.getByRole("heading", { name: "Findings", level: 1 }).waitFor();
  expect(await page.content()).not.toContain("planted-value");
});

test("one whose version has ended is accepted with a reason and a day; a live one is not offered", async () => {
  const { page, server, look } = await opened();
  const row = page.getByRole("row", { name: /app\.ts:2/u });
  await row.waitFor();
  expect(await row.getByRole("button").count()).toBe(0);
  await put(server.context, "SHARED_SECRET", "another-value-20482");
  await page.getByRole("button", { name: "Look again" }).click();
  await row.getByText("retire v1: it may still open something").waitFor();
  await retireValue(server.context, {
    name: "SHARED_SECRET",
    scope: {},
    compromised: false,
    confirm: async () => true,
  });
  await page.getByRole("button", { name: "Look again" }).click();
  await row.getByText("it opens nothing any more: take it out").waitFor();
  await row.getByRole("button", { name: "Accept app.ts:2…" }).click();
  const dialog = page.getByRole("dialog", { name: "Let it stand" });
  const accept = dialog.getByRole("button", { name: "Accept until then" });
  expect(await accept.isDisabled()).toBe(true);
  await dialog.getByLabel("Why it may stand").fill("an old build log");
  await dialog.getByLabel("The last day").fill("2020-01-31");
  await accept.click();
  // the browser itself holds the form back
  expect(await dialog.locator("input:invalid").count()).toBe(1);
  const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel("The last day").fill(day);
  await accept.click();
  await row.getByText(`an old build log until ${day}, account:anna`).waitFor();
  await dialog.waitFor({ state: "detached" });
  rmSync(join(server.folder, "b.log"));
  writeFileSync(join(server.folder, "b.log"), "clean");
  await look();
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("row", { name: /b\.log:1 .* gone nothing/u }).waitFor();
  expect((await listFindings(server.context)).map(({ state }) => state)).toEqual(["new", "accepted", "gone"]);
});

test("a leaked secret is rotated from there, as compromised, and its findings follow", async () => {
  const platform = await rotatingPlatform();
  writeFileSync(join(platform.folder, "leaked.txt"), firstValue);
  const target = { kind: "tree", folder: platform.folder, paths: ["leaked.txt"] } as const;
  await scan(platform.context, { target, keep: {} });
  const made = await open({ home: platform.folder });
  await enterFirst(made, "/findings");
  const { page } = made;
  await page.getByRole("button", { name: "TOKEN is compromised: rotate…" }).click();
  const dialog = page.getByRole("dialog", { name: "TOKEN is compromised" });
  await dialog.getByLabel("TOKEN, once more").fill("TOKEN");
  await dialog.getByRole("button", { name: "Rotate now, with that outage" }).click();
  await page.getByText("TOKEN is rotated everywhere, v1 is compromised").waitFor();
  expect(await statusFor(platform, firstValue)).toBe(401);
  await page.goto("/findings");
  await page.getByRole("table", { name: "TOKEN v1, compromised" }).getByText("rotated", { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: /rotate…/u }).count()).toBe(0);
});

test("a page without findings says how to scan, and one of a secret that is gone breaks nothing", async () => {
  const made = await open();
  const { page, server } = made;
  await enterFirst(made, "/findings");
  await page.getByText("keyturn scan --git --env local").waitFor();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  writeFileSync(join(server.folder, "a"), "planted-value-0123456789");
  await scan(server.context, { target: { kind: "tree", folder: server.folder, paths: ["a"] }, keep: {} });
  const database = new DatabaseSync(join(server.context.home, "keyturn.db"));
  database.exec("update finding set name = 'LONG_GONE'");
  database.close();
  await put(server.context, "MONGO_URI", "mongodb://planted.example/db");
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("table", { name: "LONG_GONE v1, not in the store any more" }).waitFor();
  expect(await page.getByRole("link", { name: "LONG_GONE" }).count()).toBe(0);
});

test.for(["light", "dark"] as const)("it works by keyboard and at a phone's width, %s", async (colorScheme) => {
  const { page, server } = await opened({ viewport: { width: 360, height: 740 }, colorScheme });
  await put(server.context, "SHARED_SECRET", "another-value-20482");
  await retireValue(server.context, {
    name: "SHARED_SECRET",
    scope: {},
    compromised: false,
    confirm: async () => true,
  });
  await page.reload();
  await page.getByText("app.ts:2").waitFor();
  await expectNoSidewaysScroll(page);
  await page.getByRole("link", { name: "By place" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("table", { name: /acme\/shop/u }).waitFor();
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "Accept app.ts:2…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Why it may stand").focus();
  await page.keyboard.type("an old build log");
  await expectNoSidewaysScroll(page);
  await page.keyboard.press("Enter");
  await page.getByText("an old build log until").waitFor();
  await expectNoSidewaysScroll(page);
});
