import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLocalHost, searchWithKit, type KitSearched } from "#host";
import { Sensitive } from "#kernel";
import { makeKit, programView, spanDigest } from "#leak";
import { kitSearchText } from "../../src/host/helper/helper-text.ts";
import { temporaryFolder } from "./fixture.ts";

const value = "Zk3vXq9LmT2wRb7Yd5Hc8Nf4Pj6Gs1AaQeUo";
const longer = "sk-lab-0123456789abcdefghijABCDEFGHIJ0123456789";
const searchable = [value, longer].map((text, at) => ({ name: `N${at}`, value: Sensitive.of(text), bits: 160 }));
const kit = makeKit(Sensitive.of("a secret of this test"), searchable, { madeAt: 0, names: false });
const digest = spanDigest(kit);
const ours = new Map([value, longer].map((text) => [digest(Buffer.from(text)), text]));

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ["opt", "opt/logs", "bin"]) mkdirSync(join(folder, name));
  for (const name of ["journalctl", "docker"]) script(name, "exit 1");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("finds values in files, packed ones too, in every form that it reads back, and tells path and line", async () => {
  lay("literal", `one\ntwo ${value}\nthree "${longer}"\n`);
  for (const before of ["", "a", "ab"])
    lay(`base64-${before.length}`, Buffer.from(`${before}${value}`).toString("base64"));
  lay("url-safe", Buffer.from(`\u00ff\u00ff${longer}`).toString("base64url"));
  lay("hex", `x${Buffer.from(value).toString("hex")}`);
  lay("url", `?a=%${value.charCodeAt(0).toString(16)}${value.slice(1)}`);
  lay("json", `{"a":"\\u00${value.charCodeAt(0).toString(16)}${value.slice(1)}"}`);
  lay("logs/app.log.1.gz", gzipSync(`x\n${longer}`));
  lay("long", `${"x".repeat(1_300_000)} ${value}\n${value}`);
  lay("decoy", `${value.slice(1)}x another-text-of-some-length ${"0123456789abcdef".repeat(20)}`);
  symlinkSync(join(folder, "opt", "literal"), join(folder, "opt", "link"));
  const found = await search();
  expect(found).toMatchObject({ state: "searched", looked: { files: 11 }, unread: 0 });
  expect(told(found)).toEqual([
    "base64-0:1 base64",
    "base64-1:1 base64",
    "base64-2:1 base64",
    "hex:1 hex",
    "json:1 json",
    "literal:2 literal",
    "literal:3 literal",
    "logs/app.log.1.gz:2 literal",
    "long:1 literal",
    "url-safe:1 base64url",
    "url:1 url",
  ]);
});

test("what only ends as a value does is no value where it is asked", async () => {
  lay("almost", `${"y".repeat(20)}${value.slice(-16)}`);
  const { candidates } = await search();
  expect(candidates).toHaveLength(1);
  expect(candidates.flatMap(({ spans }) => spans).filter((span) => ours.has(span))).toEqual([]);
});

test("reads the journal and the containers' logs that the user may read", async () => {
  script(
    "journalctl",
    `printf '__REALTIME_TIMESTAMP=1700000000000000\\n_CMDLINE=/bin/x --key=${value}\\n_SYSTEMD_UNIT=x.service\\nMESSAGE=said ${longer}\\n\\n'`,
  );
  script(
    "docker",
    `case $1 in ps) echo abc ;; inspect) echo "/web json-file" ;; logs) printf 'a\\n${value}\\n' ;; esac`,
  );
  const { candidates, looked } = await search();
  expect(candidates.map(({ where, encoding }) => ({ ...where, encoding }))).toEqual([
    { kind: "container", container: "web", line: 2, encoding: "literal" },
    {
      kind: "journal",
      field: "_CMDLINE",
      unit: "x.service",
      from: 1_700_000_000_000,
      until: 1_700_000_000_000,
      encoding: "literal",
    },
    {
      kind: "journal",
      field: "MESSAGE",
      unit: "x.service",
      from: 1_700_000_000_000,
      until: 1_700_000_000_000,
      encoding: "literal",
    },
  ]);
  expect(looked).toEqual({ files: 0, containers: 1, journal: 1 });
});

test("makes the same digests where perl's own library is missing", () => {
  lay("literal", value);
  const { table, tags, lengths, spanKey } = programView(kit);
  const text = kitSearchText().replace("require Digest::SHA", "die");
  const input = `${[table, tags.join(" "), lengths.join(" "), spanKey, join(folder, "opt"), "."].join("\n")}\n`;
  const env = { PATH: `${join(folder, "bin")}:${process.env["PATH"]}` };
  const output = execFileSync("perl", ["-e", text], { input, env, encoding: "utf8" });
  const line = output.split("\n").find((one) => one.startsWith("found"));
  expect(
    line
      ?.split(" ")[3]
      ?.split(",")
      .some((span) => ours.get(span) === value),
  ).toBe(true);
});

test("says that it is impossible without perl, and that its time is over", async () => {
  script("nice", 'shift 2; echo "no $1" >&2; exit 127');
  expect(await search()).toMatchObject({ state: "impossible", candidates: [] });
  rmSync(join(folder, "bin", "nice"));
  lay("literal", value);
  script("docker", "exec sleep 20");
  expect(await search(1500)).toMatchObject({ state: "cut", candidates: [{ where: { line: 1 } }] });
});

test("tells what the user may not read", async () => {
  lay("literal", value);
  const missing = join(folder, "opt", "not-there");
  const found = await search(20_000, [join(folder, "opt"), missing]);
  expect(found).toMatchObject({ state: "searched", unread: 1 });
});

function search(limit = 60_000, folders = [join(folder, "opt")]): Promise<KitSearched> {
  const environment = { PATH: `${join(folder, "bin")}:${process.env["PATH"]}` };
  const host = openLocalHost({ name: "here", environment });
  return searchWithKit(host, { kit: programView(kit), folders, limit });
}

function told({ candidates }: KitSearched): readonly string[] {
  return candidates
    .filter(({ spans }) => spans.some((span) => ours.has(span)))
    .map(({ where, encoding }) =>
      where.kind === "file" ? `${where.path.slice(folder.length + 5)}:${where.line} ${encoding}` : "",
    )
    .toSorted();
}

function lay(path: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, "opt", path), content);
}

function script(name: string, text: string): void {
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o700 });
}
