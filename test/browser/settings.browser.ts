import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { enterFirst, expectNoSidewaysScroll, withBrowser } from "./browser.ts";
import { assessment, stubSettings, view, type Answers } from "./settings-stub.ts";

const open = withBrowser();
const key = "sk-proj-planted0123456789";

async function edit(page: Page) {
  await page.getByRole("button", { name: "Change OpenAI" }).click();
  return page.getByRole("dialog", { name: "OpenAI" });
}

async function openSettings(answers: Answers = {}, options: Parameters<typeof open>[0] = {}) {
  const opened = await open(options);
  const sent = await stubSettings(opened, answers);
  await enterFirst(opened, "/admin/settings");
  await opened.page.getByRole("heading", { name: "Language models" }).waitFor();
  return { ...opened, sent };
}

test("a card says what is known of a key: state, since when, by whom, fingerprint, version, who depends on it", async () => {
  const { page } = await openSettings();
  const card = page.getByRole("listitem", { name: "OpenAI" });
  for (const text of ["works", "6198475d23d361ae", "v4", "by anna, revision 7", "42 runtimes, for voice and chat"]) {
    expect(await card.getByText(text).first().isVisible(), text).toBe(true);
  }
  expect(await card.getByText("Also stored as a deploy secret: OPENAI_API_KEY").isVisible()).toBe(true);
  const twilio = page.getByRole("listitem", { name: "Twilio" });
  expect(await twilio.getByText("not set").isVisible()).toBe(true);
  expect(await page.getByText("By 2026-12-15").isVisible()).toBe(true);
});

test("a card says that a key was saved and waits, and that a row can't be opened, with what to do", async () => {
  const { providers, ...others } = view(Date.now());
  const changed = providers.map((one) => {
    if (one.provider === "openai") return { ...one, saved: { ...one.saved, waits: "waves" } };
    if (one.provider === "deepgram") return { ...one, saved: { ...one.saved, fields: [] } };
    return one;
  });
  const { page } = await openSettings({ "GET /settings": { ...others, providers: changed } });
  const openai = page.getByRole("listitem", { name: "OpenAI" });
  await openai.getByRole("status").filter({ hasText: "its rollout has not begun" }).waitFor();
  expect(await openai.getByText("keyturn apply", { exact: true }).isVisible()).toBe(true);
  const deepgram = page.getByRole("listitem", { name: "Deepgram" });
  await deepgram.getByRole("alert").filter({ hasText: "Revision 5 can't be opened" }).waitFor();
  expect(await page.getByRole("listitem", { name: "ElevenLabs" }).getByText("saved unverified").isVisible()).toBe(true);
});

test("a rollout that was stopped half-way is told above the cards, with the way to it", async () => {
  const opened = await open();
  await stubSettings(opened);
  const stopped = { id: "ro_stub", kind: "apply", release: 12, state: "stopped", actor: "ben", startedAt: Date.now() };
  await opened.page.route(/\/rollouts\?/, (route) => route.fulfill({ json: { rollouts: [stopped] } }));
  await enterFirst(opened, "/admin/settings");
  const notice = opened.page.getByRole("status").filter({ hasText: "is open" });
  await notice.getByRole("link", { name: "ro_stub" }).click();
  await opened.page.getByRole("heading", { name: "Wave 2 of 2" }).waitFor();
});

describe("a new key", () => {
  test("is tested, saved with the revision that was seen, and watched on its way; it stands nowhere afterwards", async () => {
    const { page, sent } = await openSettings();
    const dialog = await edit(page);
    const field = dialog.getByLabel("API key", { exact: true });
    expect(await field.getAttribute("type")).toBe("password");
    expect(await dialog.getByRole("button", { name: "Save and roll out" }).isDisabled()).toBe(true);
    await field.fill(key);
    await dialog.getByRole("button", { name: "Test" }).click();
    await dialog.getByText("Verified").waitFor();
    await dialog.getByText("42 runtimes in 3 waves, voice and chat, about 2 minutes").waitFor();
    await dialog.getByRole("button", { name: "Save and roll out" }).click();
    await dialog.getByRole("heading", { name: "Wave 2 of 2" }).waitFor();
    await dialog.getByText("1 of 5 done").waitFor();
    await dialog.getByRole("button", { name: "Pause" }).waitFor();
    expect(sent.slice(0, 2)).toEqual([
      { path: "POST /settings/openai/test", body: { fields: { key } } },
      { path: "PUT /settings/openai", body: { fields: { key }, expected: 7 } },
    ]);
    const kept = await page.evaluate(
      "document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage })",
    );
    expect(kept).not.toContain(key);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await edit(page);
    expect(await field.inputValue()).toBe("");
  });

  test("that is refused says why beside its field, and can't be saved", async () => {
    const refused = assessment("refused", "what was given can't be right", [
      { field: "key", message: "this key is of another project" },
    ]);
    const { page, sent } = await openSettings({ "POST /settings/openai/test": refused });
    const dialog = await edit(page);
    await dialog.getByLabel("API key", { exact: true }).fill(key);
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").filter({ hasText: "this key is of another project" }).waitFor();
    expect(await dialog.getByRole("button", { name: "Save and roll out" }).isDisabled()).toBe(true);
    expect(sent.map(({ path }) => path)).toEqual(["POST /settings/openai/test"]);
  });

  test("that nothing proves takes a reason and a confirmation", async () => {
    const unverified = assessment("unverified", "no answer in 10 s");
    const { page, sent } = await openSettings({ "POST /settings/openai/test": unverified });
    const dialog = await edit(page);
    await dialog.getByLabel("API key", { exact: true }).fill(key);
    await dialog.getByRole("button", { name: "Test" }).click();
    const save = dialog.getByRole("button", { name: "Save unverified and roll out" });
    await dialog.getByLabel("Reason").fill("their API is down");
    expect(await save.isDisabled()).toBe(true);
    await dialog.getByRole("checkbox").check();
    await save.click();
    await dialog.getByText("You may close this").waitFor();
    expect(sent[1]?.body).toEqual({ fields: { key }, expected: 7, unverified: { reason: "their API is down" } });
  });

  test("in place of one that is compromised goes everywhere at once, behind a second question", async () => {
    const { page, sent } = await openSettings();
    const dialog = await edit(page);
    await dialog.getByLabel("API key", { exact: true }).fill(key);
    await dialog.getByRole("button", { name: "compromised" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("42 runtimes at once").waitFor();
    await question.getByRole("button", { name: "Replace everywhere now" }).click();
    await dialog.getByText("You may close this").waitFor();
    expect(sent[1]?.body).toEqual({ fields: { key }, expected: 7, emergency: true });
  });
});

test("whoever comes second is told what the first one did, and keeps what was typed", async () => {
  const error = {
    code: "SETTINGS_CHANGED",
    message: "the settings were changed since you looked at them",
    hint: "look at what changed, then save again",
    findings: [{ severity: "notice", code: "setting-changed", message: "deepgram: revision 8 by ben" }],
  };
  const { page } = await openSettings({ "PUT /settings/openai": { error } });
  const dialog = await edit(page);
  await dialog.getByLabel("API key", { exact: true }).fill(key);
  await dialog.getByRole("button", { name: "Save and roll out" }).click();
  await dialog.getByText("deepgram: revision 8 by ben").waitFor();
  await dialog.getByRole("button", { name: "I have seen it" }).click();
  await dialog.getByText("deepgram: revision 8 by ben").waitFor({ state: "hidden" });
  expect(await dialog.getByLabel("API key", { exact: true }).inputValue()).toBe(key);
});

test("the history leads back to an earlier revision in one step", async () => {
  const { page, sent } = await openSettings();
  await page.getByRole("button", { name: "History of OpenAI" }).click();
  const dialog = page.getByRole("dialog", { name: "OpenAI: history" });
  await dialog.getByRole("button", { name: "Return to revision 3" }).click();
  await dialog.getByText("You may close this").waitFor();
  expect(sent).toEqual([{ path: "POST /settings/openai/restore", body: { revision: 3, expected: 7 } }]);
});

test("what is pasted is shown only when asked", async () => {
  const { page } = await openSettings();
  const dialog = await edit(page);
  const field = dialog.getByLabel("API key", { exact: true });
  await field.fill(key);
  await dialog.getByRole("button", { name: "Show API key" }).click();
  expect(await field.getAttribute("type")).toBe("text");
});

describe("while it is typed, and before anything is sent", () => {
  const wrong: readonly (readonly [string, string])[] = [
    ["sk-ant-api03-planted", "this looks like an API key of Anthropic"],
    ["sk-admin-planted0123", "this looks like an admin key"],
    ["sb_publishable_planted", "this looks like a publishable key"],
    ["sk-…abcd", "this looks like a mask"],
    ["••••", "this looks like a mask"],
    ["   ", "the API key is empty"],
  ];
  test("a wrong one is told apart, and can be neither tested nor saved", async () => {
    const { page, sent } = await openSettings();
    const dialog = await edit(page);
    const field = dialog.getByLabel("API key", { exact: true });
    for (const [text, told] of wrong) {
      await field.fill("");
      await field.pressSequentially(text);
      await dialog.getByRole("alert").filter({ hasText: told }).waitFor();
      for (const name of ["Test", "Save and roll out"]) {
        expect(await dialog.getByRole("button", { name }).isDisabled(), text).toBe(true);
      }
      await page.keyboard.press("Enter");
    }
    expect(sent).toEqual([]);
  });

  test("a key in its usual form looks right; what is around it, and what is unusual, is told", async () => {
    const { page, sent } = await openSettings();
    const dialog = await edit(page);
    const field = dialog.getByLabel("API key", { exact: true });
    await field.fill(key);
    await dialog.getByRole("status").filter({ hasText: "looks right" }).waitFor();
    await field.fill(` "${key}" `);
    await dialog.getByText("white space or quotes around it will be taken off").waitFor();
    await field.fill("some-new-form-0007");
    await dialog.getByText("it does not look like an API key of OpenAI: sk-proj-… or sk-svcacct-…").waitFor();
    expect(await dialog.getByRole("button", { name: "Test" }).isEnabled()).toBe(true);
    expect(sent).toEqual([]);
  });
});

test("at a phone's width, and by keyboard, it is the same", async () => {
  const { page } = await openSettings({}, { viewport: { width: 360, height: 740 } });
  await expectNoSidewaysScroll(page);
  const change = page.getByRole("button", { name: "Change OpenAI" });
  await change.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "OpenAI" });
  await dialog.waitFor();
  await expectNoSidewaysScroll(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  // the focus follows the dialog's end
  await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe("Change OpenAI");
});
