import { expect, test } from "vitest";
import { listRotations, planRotation } from "#operation";
import { expectHealthy, presentingPlatform } from "../issuer/presenting-platform.ts";
import { rotate } from "./rotating-platform.ts";

const name = "DEEPGRAM_API_KEY";
const first = "dg-0123456789abcdef0123456789abcdef01234567";

/** Works with the key that its provider knows, and with no other. */
const program = `require("node:http").createServer((_, response) => {
  response.statusCode = process.env.${name} === "${first}" ? 200 : 401;
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

test.each(["", "@provider=deepgram"])("a provider's key is never replaced by a random one (%s)", async (type) => {
  const platform = await presentingPlatform({ name, value: first, others: {}, program, type });
  const question = { name, scope: {}, compromised: false };
  expect((await planRotation(platform.again(), question)).unmade).toEqual([name]);
  expect((await planRotation(platform.again(), question, { given: true })).unmade).toBe(undefined);
  await expect(rotate(platform.again(), { name })).rejects.toMatchObject({
    code: "ROTATION_REFUSED",
    message: `nothing makes a new ${name}`,
    hint: expect.stringContaining(`\`keyturn rotate ${name} --value\``) as string,
  });
  expect(await listRotations(platform.again())).toEqual([]);
  await expectHealthy(platform);
});

test("a provider's key is made by the contract's rule where it has one", async () => {
  const platform = await presentingPlatform({
    name,
    value: first,
    others: {},
    program: program.replace(`=== "${first}"`, "!== undefined"),
    type: "@generate=random(32,hex)",
  });
  expect((await rotate(platform.again(), { name })).result.kind).toBe("rotated");
});
