import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { providerTables } from "#provider";
import { catalogue } from "../../src/provider/catalogue/catalogue.ts";
import { states } from "../../src/provider/state.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/providers.md"), "utf8");

test("docs/providers.md has the tables of the catalogue", () => {
  expect(/<!-- providers -->\n([\s\S]*?)<!-- \/providers -->/.exec(page)?.[1]).toBe(providerTables());
});

test("docs/providers.md explains every state", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, state]) => state);
  expect(rows).toEqual([...states]);
});

test("no provider and no alias is there twice, and every link and deadline can be read", () => {
  const names = catalogue.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  expect(catalogue.filter(({ docs }) => !docs.startsWith("https://") || !URL.canParse(docs))).toEqual([]);
  const deadlines = catalogue.flatMap(({ migrations = [] }) => migrations.map(({ deadline }) => deadline));
  expect(deadlines.filter((deadline) => new Date(deadline).toISOString().slice(0, 10) !== deadline)).toEqual([]);
});
