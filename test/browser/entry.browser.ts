import { describe, expect, test } from "vitest";
import { passphrase } from "../server/fixture.ts";
import { enterFirst, withBrowser } from "./browser.ts";

const open = withBrowser();

describe("a one-time link", () => {
  test("sets the password; its secret leaves the address at once, and it opens nothing again", async () => {
    const { server, page } = await open();
    await page.goto(`/#setup=${server.firstSecret}`);
    await page.getByRole("heading", { name: "Choose your password" }).waitFor();
    expect(page.url()).not.toContain("#");
    await enterFirst({ server, page });
    expect(await page.getByRole("link", { name: "Overview" }).getAttribute("aria-current")).toBe("page");
    await page.goto(`/#setup=${server.firstSecret}`);
    await page.getByLabel("Account name").fill("eve");
    await page.getByLabel("Password", { exact: true }).fill(passphrase);
    await page.getByLabel("The same password again").fill(passphrase);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "link" }).waitFor();
  });

  test("two passwords that differ are not sent, and a weak one is refused in the server's words", async () => {
    const { server, page } = await open();
    await page.goto(`/#setup=${server.firstSecret}`);
    await page.getByLabel("Account name").fill("anna");
    await page.getByLabel("Password", { exact: true }).fill("password1234");
    await page.getByLabel("The same password again").fill("password1235");
    await page.keyboard.press("Enter");
    const again = page.getByRole("textbox", { name: "The same password again" });
    await page.getByRole("alert").filter({ hasText: "the two passwords differ" }).waitFor();
    expect(await again.getAttribute("aria-invalid")).toBe("true");
    await again.fill("password1234");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "password" }).waitFor();
    expect(await page.getByRole("heading", { name: "Choose your password" }).isVisible()).toBe(true);
  });
});

describe("the door", () => {
  test("is passed by keyboard alone, out and in again", async () => {
    const { server, page } = await open();
    await enterFirst({ server, page });
    await page.getByRole("button", { name: "Account anna" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Log out", exact: true }).waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.keyboard.type("anna");
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong otters count copper spoons");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password").fill(passphrase);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  });

  test("leads back to it from any page when the session has ended elsewhere", async () => {
    const { server, page } = await open();
    await enterFirst({ server, page }, "/secrets");
    await page.getByRole("heading", { name: "Secrets" }).waitFor();
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
  });
});
