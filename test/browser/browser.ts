import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { passphrase, startServer, type TestServer } from "../server/fixture.ts";

const program = "/usr/bin/chromium";
const built = fileURLToPath(new URL("../../console/dist", import.meta.url));

export interface Opened {
  readonly server: TestServer;
  readonly page: Page;
}

interface OpenOptions extends BrowserContextOptions {
  /** a project that is there already */
  readonly home?: string;
  /** opened as localhost: a number has no passkeys */
  readonly named?: boolean;
  /** as `serve --private` */
  readonly nearby?: boolean;
  /** as web part and worker */
  readonly two?: boolean;
}

export type Open = (options?: OpenOptions) => Promise<Opened>;

/**
 * One Chromium for the tests of a file. Each test gets a server and a page of its own, and fails when the page broke the
 * server's policy or threw.
 */
export function withBrowser(): Open {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!existsSync(program)) throw new Error(`there is no ${program}: apt-get install chromium`);
    browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());
  return async ({ home, nearby = false, named = false, two = false, ...options } = {}) => {
    const server = await startServer({ console: built, nearby, two }, home);
    const baseURL = named ? server.served.address.replace("127.0.0.1", "localhost") : server.served.address;
    const context = await browser?.newContext({ baseURL, ...options });
    if (context === undefined) throw new Error("the browser has not been started");
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const wrong = watch(page);
    onTestFinished(async () => {
      await context.close();
      expect(wrong).toEqual([]);
    });
    return { server, page };
  };
}

/** Statuses of answers are told there as well, and are no fault of the page. */
function watch(page: Page): readonly string[] {
  const wrong: string[] = [];
  page.on("pageerror", ({ message }) => wrong.push(message));
  page.on("console", (told) => {
    const text = told.text();
    if (told.type() === "error" && !text.startsWith("Failed to load resource")) wrong.push(text);
  });
  return wrong;
}

/** By the server's first link, as the person who installed it does. */
export async function enterFirst({ server, page }: Opened, path = "/"): Promise<void> {
  await page.goto(`/#setup=${server.firstSecret}`);
  await page.getByLabel("Account name").fill("anna");
  await page.getByLabel("Password", { exact: true }).fill(passphrase);
  await page.getByLabel("The same password again").fill(passphrase);
  await page.getByRole("button", { name: "Set password and log in" }).click();
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  if (path !== "/") await page.goto(path);
}

/** Nothing stands out of the screen's width. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  expect(wide, page.url()).toBeLessThanOrEqual(0);
}
