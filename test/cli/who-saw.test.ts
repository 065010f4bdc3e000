import { expect, test } from "vitest";
import { keyturnIn } from "./keyturn.ts";

test("who saw a secret, and what somebody saw, is told with how and with what is to be changed", async () => {
  const { keyturn } = await keyturnIn();
  await keyturn("set MONGO_URI", { input: "mongodb://planted-value-7319@db/shop" });
  await keyturn("reveal MONGO_URI --yes");
  await keyturn("generate SHARED_SECRET");
  const { out: saw } = await keyturn("audit --saw MONGO_URI");
  const [person = ""] = saw.split("\n")[1]?.split(" ") ?? [];
  expect(saw).toMatch(/^PERSON +VERSION {2}IN USE {3}HOW\n\S+ +v1 {7}present {2}revealed \S+ \S+; set \S+ \S+\n$/);
  const { out: who } = await keyturn(`who --saw ${person}`);
  expect(who).toMatch(
    /^NAME +VERSION {2}IN USE {3}HOW\nMONGO_URI {2}v1 {7}present {2}revealed .*\nto change: MONGO_URI\n$/,
  );
  const { out: json } = await keyturn(`who --saw ${person} --json`);
  expect(JSON.parse(json)).toMatchObject({ people: [{ person, rotate: ["MONGO_URI"] }] });
  expect(saw + who + json).not.toContain("planted-value");
  expect((await keyturn("audit --saw SHARED_SECRET")).out).toBe("the log tells of nobody who saw it\n");
  expect((await keyturn("who --saw nobody")).out).toBe("the log tells of no secret that they saw\n");
  for (const words of ["who", "who MONGO_URI --saw anna"]) {
    const { code, err } = await keyturn(words);
    expect([code, err]).toEqual([64, expect.stringContaining("wants a variable's name, or --saw and a person")]);
  }
}, 60_000);
