import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { askAt, startServer } from "./fixture.ts";
import { head, talk } from "./talk.ts";

const html = { accept: "text/html,application/xhtml+xml" };

describe.each([
  { form: "in one process", two: false },
  { form: "as web part and worker", two: true },
])("$form", ({ two }) => {
  test("the console's page is answered wherever a browser asks for one; its parts may be kept, the page not", async () => {
    const { served } = await startServer({ two, console: await makeConsole() });
    for (const path of ["/", "/secrets", "/admin/settings"]) {
      const page = await askAt(served.address, path, { headers: html });
      expect(page, path).toMatchObject({ status: 200, text: "<p>the page</p>" });
      expect(page.headers.get("cache-control")).toBe("no-cache");
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'; style-src");
    }
    const part = await askAt(served.address, "/assets/index-1a2b.js", {});
    expect(part).toMatchObject({ status: 200, text: "let page;" });
    expect(part.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(part.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(part.headers.get("content-encoding")).toBe("gzip");
    const plain = await askAt(served.address, "/assets/index-1a2b.js", { headers: { "accept-encoding": "gzip;q=0" } });
    expect(plain.text).toBe("let page;");
    expect(plain.headers.get("content-encoding")).toBeNull();
  });

  test("nothing else of the disk is reached, and the API's paths are never a page", async () => {
    const { served } = await startServer({ two, console: await makeConsole() });
    const asked = ["/assets/none.js", "/../secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e%2f%2e%2e%2fsecret.txt"];
    for (const path of [...asked, "/.env"]) {
      const answer = await talk(served.address, head(`GET ${path}`, ["Connection: close"]));
      expect(answer, path).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer).not.toContain("never sent");
    }
    expect(await askAt(served.address, "/v1/none", { headers: html })).toMatchObject({ status: 401 });
  });

  test("without a console the page says how to build one, and what is built then is found at once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keyturn-console-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { served } = await startServer({ two, console: join(folder, "dist") });
    expect((await askAt(served.address, "/", {})).text).toContain("npm run console");
    await writeConsole(join(folder, "dist"));
    expect((await askAt(served.address, "/", {})).text).toBe("<p>the page</p>");
  });

  test("a link that somebody follows from another site leads to a page, and to nothing else", async () => {
    const { served } = await startServer({ two, console: await makeConsole() });
    // fetch has a word of its own for the mode
    const followed = (path: string) =>
      talk(
        served.address,
        head(`GET ${path}`, [
          "Connection: close",
          "Accept: text/html",
          "Sec-Fetch-Site: cross-site",
          "Sec-Fetch-Mode: navigate",
        ]),
      );
    for (const path of ["/", "/admin/settings"]) expect(await followed(path)).toMatch(/^HTTP\/1\.1 200 /);
    for (const path of ["/assets/index-1a2b.js", "/v1/me", "/v1/openapi.json"]) {
      expect(await followed(path)).toMatch(/^HTTP\/1\.1 403 /);
    }
  });
});

async function makeConsole(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-console-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeConsole(join(folder, "dist"));
  await writeFile(join(folder, "secret.txt"), "never sent");
  return join(folder, "dist");
}

async function writeConsole(folder: string): Promise<void> {
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "index.html"), "<p>the page</p>");
  await writeFile(join(folder, "assets/index-1a2b.js"), "let page;");
}
