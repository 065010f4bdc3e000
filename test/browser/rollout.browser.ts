import { expect, test } from "vitest";
import { put } from "../operation/make-context.ts";
import { applied, livePlatform } from "../operation/live-platform.ts";
import { enterFirst, withBrowser, type Opened } from "./browser.ts";

const open = withBrowser();

async function begin({ server }: Opened): Promise<void> {
  const token = await server.token("local:operator");
  const answer = await server.ask("/v1/environments/local/rollouts", { method: "POST", token, json: { part: [] } });
  expect(answer.status, answer.text).toBe(202);
}

test("a rollout is watched while it goes on, paused, gone on with, and told step by step", async () => {
  const live = await livePlatform({ local: "    soak: 4s\n" });
  const opened = await open({ home: live.folder });
  const { page } = opened;
  await enterFirst(opened, "/rollouts");
  await page.getByText("Nothing went out yet").waitFor();
  await begin(opened);
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("link", { name: "r1" }).click();
  await page.getByRole("heading", { name: "Wave 1 of 2" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: "api@here" }).getByText("done").first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("status").filter({ hasText: "It is stopped, and open" }).waitFor();
  expect(await page.getByText("failed").count()).toBe(0);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("2 of 2 done").waitFor();
  await page.getByText("end: done").waitFor();
  expect(await page.getByRole("button", { name: "Take back" }).count()).toBe(0);
});

test("one that fails says where and why, and that everything went back", async () => {
  const live = await livePlatform();
  await applied(live.again());
  await put(live.context, "MODE", "sick");
  const opened = await open({ home: live.folder });
  const { page } = opened;
  await enterFirst(opened, "/rollouts");
  await begin(opened);
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("link", { name: "r2" }).click();
  await page.getByText("Everything went back to the release before").waitFor();
  await page.getByText("1 went back").waitFor();
});
