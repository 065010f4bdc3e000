import { createColors } from "picocolors";
import { expect, test } from "vitest";
import {
  generateValues,
  giveGrants,
  importValues,
  previewGenerate,
  previewImport,
  setValues,
  whoHolds,
  type ImportRequest,
} from "#operation";
import { Sensitive } from "#kernel";
import { renderGenerated } from "../../src/cli/render/generated.ts";
import { renderWho } from "../../src/cli/render/who.ts";
import { makeProject } from "./make-context.ts";

const noColor = createColors(false);
const [key, secret] = ["MEDIA_KEY", "MEDIA_SECRET"];

const service = (name: string) => `  ${name}:
    contract: ${name}/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: ${name}
    hosts: [here]
`;

function pairProject() {
  return makeProject({
    "keyturn.yaml": `platform: calls
services:
${service("livekit")}${service("dialler")}secrets: { ${secret}: { with: ${key} } }
environments:
  local:
    hosts: { here: local }
`,
    "livekit/.env.example": `# @required @sensitive @derive=key-map(${key}, ${secret})\nMEDIA_KEYS=\n`,
    "dialler/.env.example": `# @required @sensitive\n${key}=change-me\n# @required @sensitive\n${secret}=change-me\n# @required @sensitive\nOTHER=change-me\n`,
  });
}

const goesWith = (other: string) => [expect.stringContaining(`it goes with ${other}: set that as well`)];

test("who has a name of a pair names the other half, and the services that have both in a map", async () => {
  const { context } = await pairProject();
  await giveGrants(context, [{ service: "dialler", name: secret, kind: "hold" }]);
  for (const [name, companion] of [
    [key, secret],
    [secret, key],
  ] as const) {
    const found = await whoHolds(context, name);
    expect(found.holders.map(({ service }) => service)).toEqual(["dialler"]);
    expect(found.pair).toMatchObject({
      companion,
      maps: [{ service: "livekit", host: "here", variable: "MEDIA_KEYS", granted: false }],
    });
  }
  await giveGrants(context, [{ service: "livekit", name: "MEDIA_KEYS", kind: "hold" }]);
  const found = await whoHolds(context, secret);
  expect(found.pair?.maps).toMatchObject([{ granted: true }]);
  const text = renderWho(found, noColor);
  expect(text).toMatch(/livekit +here +– +in MEDIA_KEYS /);
  expect(text).toContain(`goes with ${key}: both change in the same steps\n`);
  expect(await whoHolds(context, "OTHER")).not.toHaveProperty("pair");
});

test("a half that is made alone says what goes with it, and both together say nothing", async () => {
  const { context } = await pairProject();
  const make = (names: readonly string[]) => generateValues(context, { names, missing: false, newVersion: true });
  const told = async (names: readonly string[]) =>
    (await make(names)).flatMap((one) => ("notices" in one ? one.notices : []));
  expect(await told([key, secret, "OTHER"])).toEqual([]);
  expect(await told([secret, "OTHER"])).toEqual(goesWith(key));
  expect(await told([key])).toEqual(goesWith(secret));
  expect(renderGenerated(await make([secret]), noColor)).toContain(`! ${secret}: it goes with ${key}: `);
  // what has its value keeps it, and says nothing
  expect(await generateValues(context, { names: [key], missing: false, newVersion: false })).toMatchObject([
    { kind: "present" },
  ]);
  expect((await previewGenerate(context, [key])).flatMap((one) => ("notices" in one ? one.notices : []))).toEqual(
    goesWith(secret),
  );
});

test("a half that is imported or set alone says it too", async () => {
  const { context } = await pairProject();
  const request = (text: string): ImportRequest => {
    return { from: { kind: "text", bytes: Buffer.from(text), origin: "test" }, scope: {} };
  };
  const told = async (text: string) => {
    const { values: before } = await previewImport(context, request(text));
    const { values } = await importValues(context, request(text));
    const [seen, done] = [before, values].map((all) => all.flatMap((one) => ("notices" in one ? one.notices : [])));
    expect(seen).toEqual(done);
    return done;
  };
  expect(await told(`${key}=a-key-of-livekit\n${secret}=first-secret-0123456789\n`)).toEqual([]);
  expect(await told(`${secret}=second-secret-0123456789\n`)).toEqual(goesWith(key));
  expect(await told(`${secret}=second-secret-0123456789\n`)).toEqual([]);
  expect(await told(`${key}=another-key\n${secret}=\n`)).toEqual(goesWith(secret));
  const value = (name: string) => ({ name, scope: {}, value: Sensitive.of(`set-${name}-0123456789`) });
  const notices = async (names: readonly string[]) =>
    (await setValues(context, { values: names.map(value), origin: "test" })).flatMap((one) => one.notices);
  expect(await notices([secret])).toEqual(goesWith(key));
  expect(await notices([secret, key])).toEqual([]);
});
