import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keyturnFor } from "../planted/command.ts";
import { plant, write } from "../planted/platform.ts";

const ended = "token-that-has-ended-0123456789";
const google = `AIza${createHash("sha256").update("bundle").digest("hex").slice(0, 35)}`;
const url = `postgres://app:${createHash("sha256").update("url").digest("hex").slice(0, 12)}@db.acme-voice.io/app`;
const far = { variables: { KEYTURN_ENV: "far" } };

/** A console on a host; what its build makes is the page as it stands in the sources. */
async function ready() {
  const planting = plant();
  onTestFinished(() => rmSync(planting.root, { recursive: true, force: true }));
  const manifest = join(planting.project, "keyturn.yaml");
  write(manifest, readFileSync(manifest, "utf8").replace("remote:\n    production: true", "far:"));
  const keyturn = keyturnFor(planting, []);
  const page = (text: string) => write(join(planting.project, "console/index.html"), text);
  await keyturn("init --yes", far);
  const apply = async () => {
    const { code, output } = await keyturn("apply console --yes", far);
    return { code, output: Buffer.from(output, "latin1").toString("utf8") };
  };
  return { planting, keyturn, page, apply };
}

const published = (root: string) => readFileSync(join(root, "host/www/current/index.html"), "utf8");

test(
  "what has ended in a bundle is refused, and may be what a contract calls public",
  { timeout: 120_000 },
  async () => {
    const { planting, keyturn, page, apply } = await ready();
    for (const value of [ended, "token-that-lives-0123456789"])
      await keyturn("set API_TOKEN", { ...far, input: value });
    expect(await keyturn("retire API_TOKEN --yes", far)).toMatchObject({ code: 0 });
    page(`<title>\n${ended}</title>\n`);
    const refused = await apply();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`error: index.html:2 holds the value of API_TOKEN v1, retired (literal)
  → it can't be accepted; if it is no secret any more, make it the value of a @public variable of a contract
keyturn: error: the bundle holds secrets, nothing was published
keyturn: hint: anybody can read a bundle: take each out of what is built, or go the way that stands below it
`);
    expect(refused.output).not.toContain(ended);
    write(join(planting.project, "console/.env.example"), `# @optional @public\nVITE_TITLE=${ended}\n`);
    expect(await apply()).toMatchObject({ code: 0 });
    expect(published(planting.root)).toContain(ended);
    page("<title>token-that-lives-0123456789</title>\n");
    expect((await apply()).output).toContain(`holds the value of API_TOKEN (literal)
  → it can't be accepted: take it out
`);
  },
);

test("credentials in a bundle are refused, each with its way out", { timeout: 120_000 }, async () => {
  const { planting, keyturn, page, apply } = await ready();
  page(`<title>shop</title>\n<p>${google}\n<p>${url}\n`);
  const refused = await apply();
  expect(refused.code).toBe(1);
  const accept = "keyturn scan console/dist/index.html --accept";
  expect(refused.output).toContain(`error: index.html:2 holds a credential that the store does not have: google API key
  → if anybody may have it: ${accept}, or make it the value of a @public variable of a contract
error: index.html:3 holds a credential that the store does not have: url-password
  → the list can't accept this kind; if anybody may have it, make it the value of a @public variable of a contract
`);
  expect(refused.output).not.toMatch(new RegExp(`${google}|${url}`));
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const words = ["scan", "console/dist/index.html", "--accept", "--reason", "a key for browsers", "--until", day];
  expect(await keyturn(words, far)).toMatchObject({ code: 0 });
  const { output } = await apply();
  expect(output.match(/holds a credential[^\n]+/g)).toEqual([
    "holds a credential that the store does not have: url-password",
  ]);
  write(join(planting.project, "console/.env.example"), `# @optional @public\nVITE_TITLE=${url}\n`);
  expect(await apply()).toMatchObject({ code: 0 });
  expect(published(planting.root)).toContain(google);
});
