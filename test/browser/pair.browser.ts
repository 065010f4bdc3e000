import { expect, test } from "vitest";
import { firstKey, firstSecret, pairPlatform, statusFor } from "../operation/pair-platform.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser } from "./browser.ts";

const open = withBrowser();

test("a pair is rotated from the page of either half, with both pasted or none, and both are told", async () => {
  const platform = await pairPlatform({ secret: "" });
  const made = await open({ home: platform.folder });
  const { page } = made;
  await enterFirst(made, "/secrets");
  await page.getByRole("link", { name: "LIVEKIT_API_KEY" }).click();
  await page.getByRole("button", { name: "Rotate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate LIVEKIT_API_KEY" });
  await dialog.getByText("of LIVEKIT_API_KEY become a new pair in 2 services").waitFor();
  const begin = dialog.getByRole("button", { name: "Rotate LIVEKIT_API_KEY" });
  expect(await begin.isDisabled()).toBe(true);
  await dialog.getByText("it takes the two that were made together").waitFor();
  await dialog.getByLabel("I have it").check();
  await dialog.getByLabel("The new LIVEKIT_API_KEY").fill("APIplantedplant");
  expect(await begin.isDisabled()).toBe(true);
  await dialog.getByLabel("The new LIVEKIT_API_SECRET").fill("planted-secret-which-is-long-enough-too");
  await begin.click();
  await page.getByRole("heading", { name: "Rotation", level: 1 }).waitFor();
  await page
    .getByText(
      "LIVEKIT_API_SECRET and LIVEKIT_API_KEY are rotated everywhere, v1 with v1 of LIVEKIT_API_KEY is retired",
    )
    .waitFor();
  await page.getByText("and LIVEKIT_API_KEY from v1 to v2").waitFor();
  await expectNoSidewaysScroll(page);
  expect(await statusFor(platform, "APIplantedplant", "planted-secret-which-is-long-enough-too")).toBe(200);
  expect(await statusFor(platform, firstKey, firstSecret)).toBe(401);
  const kept = await page.evaluate(
    `document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href`,
  );
  expect(kept).not.toMatch(/planted|APIfirst|the-secret-that/u);
  for (const half of ["LIVEKIT_API_SECRET", "LIVEKIT_API_KEY"]) {
    await page.getByRole("link", { name: "Secrets" }).click();
    await page.getByRole("link", { name: half }).click();
    await page
      .getByRole("table", { name: "Rotations" })
      .getByRole("row", { name: /LIVEKIT_API_SECRET, LIVEKIT_API_KEY done 3 of 3/u })
      .waitFor();
  }
});
