import { expect, test } from "vitest";
import { processesOf } from "../operation/live-platform.ts";
import { userPlatform } from "../operation/user-runtimes.ts";
import { enterFirst, withBrowser } from "./browser.ts";

const open = withBrowser();

test("runtimes are listed, and a restart of all or of one is followed on its page", async () => {
  const { context, folder } = await userPlatform(["alice", "bob"]);
  const opened = await open({ home: folder });
  const { page } = opened;
  await enterFirst(opened, "/runtimes");
  await page.getByRole("row", { name: /alice agent here active/ }).waitFor();
  const before = await processesOf(context);
  await page.getByRole("button", { name: "Restart bob" }).click();
  await page.getByRole("heading", { level: 1, name: /Rollout/ }).waitFor();
  await page.getByText("done", { exact: true }).first().waitFor();
  const between = await processesOf(context);
  expect([between["agent/alice"], between["agent/bob"] === before["agent/bob"]]).toEqual([
    before["agent/alice"],
    false,
  ]);

  await page.getByRole("link", { name: "Runtimes" }).click();
  await page.getByRole("searchbox", { name: "User, host or state" }).fill("bob");
  expect(await page.getByRole("row", { name: /alice/ }).count()).toBe(0);
  await page.getByRole("button", { name: "Restart all of agent" }).click();
  await page.getByRole("alertdialog", { name: "Restart 2 runtimes of agent?" }).waitFor();
  await page.getByRole("button", { name: "Restart all", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: /Rollout/ }).waitFor();
  await expect
    .poll(async () => Object.values(await processesOf(context)).filter((pid) => Object.values(between).includes(pid)), {
      timeout: 60_000,
    })
    .toEqual([]);
});
