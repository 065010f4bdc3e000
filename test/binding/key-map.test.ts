import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { bindService, type Stock } from "#binding";
import { readContract, type Service } from "#contract";
import { fingerprint, Sensitive } from "#kernel";
import type { Version } from "#store";

const mark = Buffer.alloc(32, 5);
const contract = readContract("# @required @derive=key-map(KEY, SECRET)\nKEYS=\n", "server/.env.example");

const server = {
  name: "server",
  base: "server",
  contract,
  hosts: ["h1"],
  runtime: { kind: "process", command: ["node"], directory: ".", instances: [""], instanceEnvironment: {} },
  values: {},
  presents: [],
  verifies: ["SECRET"],
  position: { file: "keyturn.yaml", line: 1, column: 1 },
} as unknown as Service;

function versionOf(id: number, name: string): Version {
  const texts = { origin: "test", actor: "test", createdAt: 0 };
  const print = fingerprint(mark, name, Buffer.from(`${id}`));
  return { id, name, scope: {}, number: id, state: "live", sensitive: true, fingerprint: print, ...texts };
}

interface Pair {
  readonly key: string;
  readonly secret: string;
}

/** Behind the first step, where it takes both; with one pair, as it is at rest. */
function bound([before, behind]: readonly [Pair, Pair?], grants: readonly string[] = ["KEYS"]) {
  const ids = { KEY: [1, 2], SECRET: [3, 4] } as const;
  const pairs = [before, ...(behind === undefined ? [] : [behind])];
  const opened = pairs.flatMap(({ key, secret }, at) => [
    [ids.KEY[at] ?? 0, Sensitive.of(key)] as const,
    [ids.SECRET[at] ?? 0, Sensitive.of(secret)] as const,
  ]);
  const last = pairs.length - 1;
  const rotations = (["SECRET", "KEY"] as const).map((name) => {
    const [from, to] = ids[name].map((id) => versionOf(id, name));
    const steps = [
      { phase: "accept", services: ["server"] },
      { phase: "forget", services: ["server"] },
    ] as const;
    const open = { compromised: false, steps, step: 1, startedAt: 0, pair: ["SECRET", "KEY"] as const };
    return [name, { from: from ?? versionOf(0, name), to: to ?? versionOf(0, name), ...open }] as const;
  });
  const stock: Stock = {
    versions: new Map((["KEY", "SECRET"] as const).map((name) => [name, [versionOf(ids[name][last] ?? 0, name)]])),
    opened: new Map(opened),
    grants: grants.map((name) => ({ service: "server", name, kind: "hold", actor: "test", createdAt: 0 })),
    fingerprint: (name, value) => fingerprint(mark, name, value.reveal()),
    ...(behind === undefined ? {} : { rotations: new Map(rotations) }),
  };
  const { variables, findings } = bindService(server, "h1", stock);
  const [map] = variables;
  return { text: map?.value.reveal().toString(), holds: map?.holds, sensitive: map?.sensitive, findings };
}

test("a map of keys is a line of YAML, of one pair as it stands in any server's notes", () => {
  const first = { key: "APIaaaaaaaaaaaa", secret: "firstSecretOfThePair" };
  const second = { key: "APIbbbbbbbbbbbb", secret: "secondSecretOfThePair" };
  expect(bound([first])).toMatchObject({
    text: "APIaaaaaaaaaaaa: firstSecretOfThePair",
    holds: [1, 3],
    sensitive: true,
    findings: [],
  });
  expect(bound([first, second])).toMatchObject({
    text: "{APIaaaaaaaaaaaa: firstSecretOfThePair, APIbbbbbbbbbbbb: secondSecretOfThePair}",
    holds: [1, 2, 3, 4],
  });
});

test("whatever the pairs are, YAML reads them as the texts that they were", () => {
  const word = fc.oneof(
    fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !text.includes("\0")),
    fc.constantFrom(
      "null",
      "true",
      "123456",
      "0x1f",
      "1e5",
      "~",
      "2026-11-30",
      "no",
      "a: b",
      "{x}",
      "- y",
      "#z",
      "NaN",
    ),
  );
  const pair = fc.record({ key: word, secret: word });
  fc.assert(
    fc.property(pair, pair, (before, behind) => {
      fc.pre(before.key !== behind.key && ![before.key, behind.key].includes("__proto__"));
      expect(parse(bound([before]).text ?? "")).toEqual({ [before.key]: before.secret });
      const read: unknown = parse(bound([before, behind]).text ?? "");
      expect(read).toEqual({ [before.key]: before.secret, [behind.key]: behind.secret });
    }),
  );
});

test("it takes a grant by its own name, and none for what it is made of", () => {
  const pair = { key: "APIaaaaaaaaaaaa", secret: "firstSecretOfThePair" };
  const { text, findings } = bound([pair], ["KEY", "SECRET"]);
  expect([text, findings[0]?.code]).toEqual([undefined, "grant-missing"]);
});
