import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { helperText, helperVersion } from "../../src/host/helper/helper-text.ts";

/** What each version of the helper is, to the byte: a host that was prepared with the number has exactly this. */
const known = {
  version: 9,
  digest: "395f73463b7207b57a34a84ec52776ff22acf48a421b927e19ee121053e42839",
};

test("the helper's text changes only with its version, so that a host with the old one is told apart", () => {
  const digest = createHash("sha256").update(helperText()).digest("hex");
  expect({ version: helperVersion, digest }, "raise helperVersion and version= of keyturn-host.sh together").toEqual(
    known,
  );
});

test("the helper greets with the version that this Keyturn speaks", () => {
  expect(/^version=(\d+)$/m.exec(helperText())?.[1]).toBe(String(helperVersion));
});
