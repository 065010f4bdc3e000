import { expect, test } from "vitest";
import { pageScript } from "../../src/server/page/script.ts";
import { askAt, startServer } from "./fixture.ts";
import { head, talk } from "./talk.ts";

test("the page and its parts come from this server alone, under the strict policy", async () => {
  const { served } = await startServer();
  const page = await askAt(served.address, "/", {});
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
  const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(new Set(parts)).toEqual(new Set(["/page.css", "/page.js", "/v1/openapi.json"]));
  for (const path of parts) expect((await askAt(served.address, path, {})).status).toBe(200);
  // the policy lets no script and no style stand in the page
  expect(page.text).not.toMatch(/<script>|<style|style="|\son\w+="/);
});

test("a link that somebody follows from another site leads to the page, and to nothing else", async () => {
  const { served } = await startServer();
  // fetch has a word of its own for the mode
  const followed = (path: string) =>
    talk(served.address, head(`GET ${path}`, ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"]));
  expect(await followed("/")).toMatch(/^HTTP\/1\.1 200 /);
  for (const path of ["/page.js", "/v1/me", "/v1/openapi.json"]) {
    expect(await followed(path)).toMatch(/^HTTP\/1\.1 403 /);
  }
});

test("each field of the page has its label, and the script names only parts that are there", async () => {
  const { served } = await startServer();
  const { text } = await askAt(served.address, "/", {});
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const fields = [...text.matchAll(/<input id="([^"]+)"/g)].map(([, id]) => id);
  expect([...text.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id)).toEqual(fields);
  const named = [...pageScript.matchAll(/part\("([^"]+)"\)|show\("(\w+)", "([^"]+)"\)/g)].flatMap(
    ([, ...found]) => found,
  );
  expect(named.filter((id) => id !== undefined && !ids.includes(id))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});
