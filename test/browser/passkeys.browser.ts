import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { auditTrail, put } from "../operation/make-context.ts";
import { passphrase } from "../server/fixture.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser } from "./browser.ts";

const open = withBrowser();

const planted = "planted-value-0123456789";

/** Chromium's own authenticator in software, whose holder is always there; it can stop knowing them. */
async function giveAuthenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    know: (isUserVerified: boolean) => devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

async function openPasskeys(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Account anna" }).click();
  await page.getByRole("menuitem", { name: "Passkeys" }).click();
  await page.getByRole("dialog", { name: "Passkeys" }).waitFor();
}

async function logOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Account anna" }).click();
  await page.getByRole("menuitem", { name: "Log out", exact: true }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
}

test("a passkey is added for the password, logs in without a name, reveals, and is removed for itself", async () => {
  const opened = await open({ named: true });
  const { page, server } = opened;
  await put(server.context, "SHARED_SECRET", planted);
  const authenticator = await giveAuthenticator(page);
  await enterFirst(opened);
  await openPasskeys(page);
  await page.getByText("You have no passkey yet").waitFor();
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const adding = page.getByRole("dialog", { name: "Add a passkey" });
  await adding.getByLabel("Name of the passkey").fill("laptop");
  await adding.getByLabel("Your password").fill("wrong wrong wrong");
  await page.keyboard.press("Enter");
  await adding.getByRole("alert").filter({ hasText: "password is wrong" }).waitFor();
  await adding.getByLabel("Your password").fill(passphrase);
  await page.keyboard.press("Enter");
  await page.getByRole("row", { name: /^laptop .* never/u }).waitFor();
  await page.keyboard.press("Escape");
  await logOut(page);

  await authenticator.know(false);
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await page.getByRole("alert").filter({ hasText: "no passkey was used" }).waitFor();
  await authenticator.know(true);
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();

  await page.goto("/secrets");
  await page.getByRole("button", { name: "Reveal SHARED_SECRET" }).click();
  const revealing = page.getByRole("dialog", { name: "Reveal SHARED_SECRET" });
  await revealing.getByLabel("Reason").fill("the vendor asks");
  await authenticator.know(false);
  await revealing.getByRole("button", { name: "Reveal with a passkey" }).click();
  await revealing.getByRole("alert").waitFor();
  expect(await page.getByText(planted).count()).toBe(0);
  await authenticator.know(true);
  await revealing.getByRole("button", { name: "Reveal with a passkey" }).click();
  await revealing.getByText(planted).waitFor();
  await revealing.getByRole("button", { name: "Done" }).click();
  expect(await page.getByText(planted).count()).toBe(0);

  await openPasskeys(page);
  await page.getByRole("button", { name: "Remove laptop" }).click();
  const removing = page.getByRole("dialog", { name: "Remove a passkey" });
  await removing.getByRole("button", { name: "Remove it with a passkey" }).click();
  await page.getByText("You have no passkey yet").waitFor();
  await page.keyboard.press("Escape");
  await logOut(page);
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await page.getByRole("alert").filter({ hasText: "this passkey opens nothing here" }).waitFor();
  const trail = await auditTrail(server.context);
  const told = trail.filter((line) => /^(?:passkey|value)\.(?!set)/.test(line));
  expect(told).toEqual(["passkey.add anna", "value.reveal SHARED_SECRET", "passkey.remove anna"]);
});

describe("a one-time link", () => {
  test("makes an account with a passkey alone, which stays its way in", async () => {
    const { page, server } = await open({ named: true, viewport: { width: 390, height: 800 } });
    await giveAuthenticator(page);
    await page.goto(`/#setup=${server.firstSecret}`);
    await page.getByRole("button", { name: "Use a passkey instead" }).click();
    await page.getByLabel("Account name").fill("anna");
    await page.getByRole("button", { name: "Make a passkey and log in" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await openPasskeys(page);
    await page.getByText("your only way in").waitFor();
    await expectNoSidewaysScroll(page);
    // one authenticator makes one passkey of an account
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByLabel("Name of the passkey").fill("again");
    await page.getByRole("button", { name: "Add it" }).click();
    await page.getByRole("alert").filter({ hasText: "has a passkey there already" }).waitFor();
    await page.keyboard.press("Escape");
    await logOut(page);
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  });
});

test("who came by a number is told the name", async () => {
  const opened = await open();
  const { page } = opened;
  await page.goto("/");
  const link = page.getByRole("link", { name: /^localhost:\d+$/u });
  const named = opened.server.served.address.replace("127.0.0.1", "localhost");
  expect(await link.getAttribute("href")).toBe(`${named}/`);
  expect(await page.getByRole("button", { name: "Log in with a passkey" }).count()).toBe(0);
  await page.goto(`/#setup=${opened.server.firstSecret}`);
  expect(await link.getAttribute("href")).toBe(`${named}/#setup=${opened.server.firstSecret}`);
  await enterFirst(opened);
  await openPasskeys(page);
  await link.waitFor();
});
