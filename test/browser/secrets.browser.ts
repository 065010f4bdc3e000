import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { addAccount, listGrants, revealValue, valueHistory } from "#operation";
import { auditTrail, put } from "../operation/make-context.ts";
import { passphrase } from "../server/fixture.ts";
import { enterFirst, expectNoSidewaysScroll, withBrowser, type Opened } from "./browser.ts";

const open = withBrowser();
const uri = "mongodb://planted-value-7319@db/shop";
const shared = "planted-value-0123456789";

async function opened(options: Parameters<typeof open>[0] = {}): Promise<Opened> {
  const made = await open(options);
  await put(made.server.context, "MONGO_URI", uri);
  await put(made.server.context, "SHARED_SECRET", shared);
  await put(made.server.context, "SITE", "moon");
  await enterFirst(made, "/secrets");
  await made.page.getByRole("row", { name: /SHARED_SECRET/u }).waitFor();
  return made;
}

async function valueOf({ server }: Opened, name: string): Promise<string> {
  const { value } = await revealValue(server.context, { name, scope: {} });
  return value.reveal().toString();
}

/** Neither in the document with what its fields hold, nor in anything that the browser keeps. */
async function expectDropped(page: Page): Promise<void> {
  const kept = await page.evaluate(
    `document.documentElement.outerHTML + [...document.querySelectorAll("input, textarea")].map((one) => one.value).join() +
      JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href + document.cookie`,
  );
  expect(kept).not.toContain("planted-value");
}

test("a pasted .env is told by name, saved as far as it was chosen, and dropped", async () => {
  const made = await opened();
  const { page, server } = made;
  const bodies: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") bodies.push(new URL(request.url()).pathname.split("/").slice(-2).join("/"));
  });
  await page.getByRole("button", { name: "Paste a .env…" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste a .env" });
  const field = dialog.getByLabel("Lines of a .env file");
  const text = `MONGO_URI=${uri}\nSHARED_SECRET=planted-value-new-one\nSITE=sun\nPORT=none\nGREETING=change-me\nELSE=planted-value-else`;
  await field.fill(text);
  expect(bodies).toEqual([]);
  await dialog.getByRole("button", { name: "Look at it" }).click();
  const list = dialog.getByRole("list", { name: "What a save would do" });
  await list.getByText("follows v1").first().waitFor();
  expect((await list.getByRole("listitem").allInnerTexts()).map((one) => one.replaceAll(/\s+/gu, " "))).toEqual([
    "MONGO_URI unchanged",
    "SHARED_SECRET follows v1 changed",
    "SITE follows v1 changed",
    "PORT refused is no port from 1 to 65535, as api declares it",
    expect.stringContaining("GREETING refused is a placeholder"),
  ]);
  await dialog.getByText("In no contract, left alone: ELSE").waitFor();
  await dialog.getByRole("checkbox", { name: "SITE" }).uncheck();
  await dialog.getByRole("button", { name: "Save 1 value" }).click();
  await dialog.getByText("SHARED_SECRET v2").waitFor();
  await expectDropped(page);
  expect(bodies).toEqual(["import/preview", "secrets/import"]);
  expect([await valueOf(made, "SHARED_SECRET"), await valueOf(made, "SITE")]).toEqual([
    "planted-value-new-one",
    "moon",
  ]);
  const trail = await auditTrail(server.context);
  expect(trail.filter((one) => one.startsWith("value.import"))).toEqual(["value.import SHARED_SECRET"]);
  await page.keyboard.press("Escape");
  await page.getByRole("row", { name: /SHARED_SECRET just now 2/u }).waitFor();
});

test("what was pasted and not saved is gone when the dialog closes", async () => {
  const { page } = await opened();
  await page.getByRole("button", { name: "Paste a .env…" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste a .env" });
  await dialog.getByLabel("Lines of a .env file").fill(`SHARED_SECRET=planted-value-not-saved`);
  await dialog.getByRole("button", { name: "Look at it" }).click();
  await dialog.getByRole("button", { name: "Save 1 value" }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await expectDropped(page);
  await page.getByRole("button", { name: "Paste a .env…" }).click();
  expect(await dialog.getByLabel("Lines of a .env file").inputValue()).toBe("");
  expect(await page.evaluate("document.activeElement.tagName")).not.toBe("BODY");
});

test("several values are set in one form, all or none; what is wrong is told beside its field", async () => {
  const made = await opened();
  const { page, server } = made;
  for (const name of ["MONGO_URI", "SHARED_SECRET", "SITE"]) {
    await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  }
  await page.getByRole("button", { name: "Set values…" }).click();
  const dialog = page.getByRole("dialog", { name: "Set values" });
  await dialog.getByLabel("SHARED_SECRET").fill("planted-value-second");
  await dialog.getByLabel("MONGO_URI").fill("planted-value-no-uri");
  await dialog.getByRole("button", { name: "Save 2 values" }).click();
  await dialog.getByRole("alert").filter({ hasText: "MONGO_URI is no URL with scheme://" }).waitFor();
  expect(await valueOf(made, "SHARED_SECRET")).toBe(shared);
  await dialog.getByLabel("MONGO_URI").fill(`${uri}?second`);
  await dialog.getByRole("button", { name: "Save 2 values" }).click();
  await dialog.getByText("SHARED_SECRET v2").waitFor();
  await expectDropped(page);
  expect(await valueOf(made, "MONGO_URI")).toBe(`${uri}?second`);
  expect(await valueOf(made, "SITE")).toBe("moon");
  expect((await auditTrail(server.context)).slice(-4).filter((one) => one.startsWith("value.set"))).toHaveLength(2);
});

test("new versions are made by rule, grants given and old versions retired, for all that are selected", async () => {
  const { page, server } = await opened();
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "Make new versions…" }).click();
  const made = page.getByRole("dialog", { name: "Make new versions" });
  await made.getByText("random(32, base64url), follows v1").waitFor();
  await made.getByText("MONGO_URI is nothing that can be made at random").waitFor();
  await made.getByRole("button", { name: "Make 1 new version" }).click();
  await made.getByText("SHARED_SECRET v2").waitFor();
  await page.keyboard.press("Escape");
  await made.waitFor({ state: "hidden" });

  await page.getByRole("button", { name: "Grant…" }).click();
  const grant = page.getByRole("dialog", { name: "Grant" });
  await grant.getByRole("checkbox", { name: "MONGO_URI" }).uncheck();
  await grant.getByRole("button", { name: /Give \d grants/u }).click();
  await grant.getByText("Given").waitFor();
  const { grants } = await listGrants(server.context);
  expect(grants.map(({ service, name }) => `${service} ${name}`).filter((one) => !one.endsWith("SITE"))).toEqual([
    "api SHARED_SECRET",
    "web SHARED_SECRET",
  ]);
  await page.keyboard.press("Escape");
  await grant.waitFor({ state: "hidden" });

  await page.getByRole("button", { name: "Retire old versions…" }).click();
  const retire = page.getByRole("dialog", { name: "Retire old versions" });
  await retire.getByText("no version before the present one is left").first().waitFor();
  await retire.getByRole("button", { name: "Retire those of 1 value…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Retire for good" }).click();
  await retire.getByText("v1 retired").waitFor();
  const states = (await valueHistory(server.context, "SHARED_SECRET")).map(({ number, state }) => `${number} ${state}`);
  expect(states).toEqual(["2 live", "1 retired"]);
});

test("who may only look is offered nothing, and an operator neither grants nor retires", async () => {
  const made = await open();
  const { page, server } = made;
  await put(server.context, "SHARED_SECRET", shared);
  for (const [name, role] of [
    ["vera", "viewer"],
    ["otto", "operator"],
  ] as const) {
    const { secret } = await addAccount(server.context, name, [`local:${role}`]);
    const setup = { secret: secret.reveal().toString("latin1"), name, password: passphrase };
    await server.ask("/v1/setup", { method: "POST", json: setup });
  }
  const enter = async (name: string) => {
    await made.page.context().clearCookies();
    await page.goto("/secrets");
    await page.getByLabel("Account name").fill(name);
    await page.getByLabel("Password").fill(passphrase);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("row", { name: /SHARED_SECRET/u }).waitFor();
  };
  await enter("vera");
  expect(await page.getByRole("checkbox").count()).toBe(0);
  expect(await page.getByRole("button", { name: "Paste a .env…" }).count()).toBe(0);
  await enter("otto");
  await page.getByRole("checkbox", { name: "Select SHARED_SECRET" }).check();
  await page.getByRole("button", { name: "Set values…" }).waitFor();
  for (const name of ["Grant…", "Retire old versions…"]) {
    expect(await page.getByRole("button", { name }).count(), name).toBe(0);
  }
});

test("on a phone and by keyboard alone it is the same", async () => {
  const made = await opened({ viewport: { width: 360, height: 740 } });
  const { page } = made;
  await expectNoSidewaysScroll(page);
  await page.getByRole("checkbox", { name: "Select SHARED_SECRET" }).focus();
  await page.keyboard.press("Space");
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "Set values…" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Set values" });
  await dialog.waitFor();
  await expectNoSidewaysScroll(page);
  await dialog.getByLabel("SHARED_SECRET").focus();
  await page.keyboard.type("planted-value-by-keyboard");
  await page.keyboard.press("Enter");
  await dialog.getByText("SHARED_SECRET v2").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Paste a .env…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Paste a .env" }).getByLabel("Lines of a .env file").fill("SITE=sun");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Save 1 value" }).waitFor();
  await expectNoSidewaysScroll(page);
});
