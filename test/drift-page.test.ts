import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mends } from "#plan";

test("docs/drift.md has each finding with who mends it, in the order of the code", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/drift.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\w+) \| .+ \|$/gm)].map(([, kind, who]) => [kind, who]);
  expect(rows).toEqual(Object.entries(mends));
});
