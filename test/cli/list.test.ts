import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { expect, test } from "vitest";
import { giveGrants } from "#operation";
import { makeProject, put } from "../operation/make-context.ts";
import { keyturnAt } from "./keyturn.ts";

const day = 24 * 3_600_000;

test("list has the next date of what the manifest schedules, and who is to act", async () => {
  const { context, folder } = await makeProject({
    "keyturn.yaml": `platform: shop
services:
  api: { contract: .env.example, runtime: process, command: [node, main.js], directory: . }
environments:
  local:
    hosts: { here: local }
secrets:
  FRESH: { rotate: { every: 90d } }
  THEIRS: { rotate: { every: 90d, by: person } }
  OLD: { rotate: { every: 1d, window: "Mon-Sun 00:00-24:00" } }
  ASKED: { rotate: { every: 1d, by: person } }
`,
    ".env.example": ["FRESH", "THEIRS", "OLD", "ASKED", "OTHER"]
      .map((name) => `# @sensitive @generate=uuid\n${name}=\n`)
      .join(""),
  });
  const names = ["FRESH", "THEIRS", "OLD", "ASKED", "OTHER"];
  await giveGrants(
    context,
    names.map((name) => ({ service: "api", name, kind: "hold" as const })),
  );
  for (const name of names) await put(context, name, `planted-value-of-${name}`);
  const database = new DatabaseSync(join(context.home, "keyturn.db"));
  database.exec(`update value set created_at = created_at - ${2 * day} where name in ('OLD', 'ASKED')`);
  database.close();
  const keyturn = keyturnAt(folder);
  const { out, code } = await keyturn("list");
  expect(code).toBe(0);
  const rows = out.split("\n").map((line) => line.split(/\s{2,}/u));
  expect(rows[0]?.slice(0, 6)).toEqual(["NAME", "SCOPE", "VERSION", "KIND", "AGE", "NEXT"]);
  const date = expect.stringMatching(/^\d{4}-\d\d-\d\d$/u) as unknown;
  expect(Object.fromEntries(rows.slice(1, 6).map((row) => [row[0], row[5]]))).toEqual({
    FRESH: date,
    THEIRS: expect.stringMatching(/^\d{4}-\d\d-\d\d by a person$/u) as unknown,
    OLD: expect.stringMatching(/^due, \d{4}-\d\d-\d\d$/u) as unknown,
    ASKED: "due, by a person",
    OTHER: "–",
  });
  const listed = JSON.parse((await keyturn("list --json")).out) as {
    readonly values: readonly { readonly name: string; readonly createdAt: number; readonly rotation?: object }[];
  };
  const rotations = new Map(listed.values.map(({ name, rotation }) => [name, rotation]));
  const created = listed.values.find(({ name }) => name === "FRESH")?.createdAt ?? 0;
  expect(rotations.get("FRESH")).toEqual({
    by: "keyturn",
    due: created + 90 * day,
    next: created + 90 * day,
    state: "fresh",
  });
  expect(rotations.get("ASKED")).toMatchObject({ by: "person", state: "person" });
  expect(rotations.get("OLD")).toMatchObject({ by: "keyturn", state: "now" });
  expect(rotations.get("OTHER")).toBeUndefined();
  expect(out).not.toContain("planted");
});
