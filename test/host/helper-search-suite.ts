import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { isUtf8 } from "node:buffer";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import type { HostPlace, HostSearched, TargetAddress } from "#host";
import { helperText } from "../../src/host/helper/helper-text.ts";
import { encodeSearch } from "../../src/host/wire/encode.ts";
import { encodedForms } from "../../src/leak/encodings.ts";
import { controller, fileOf, recordOf, type Variables } from "./fixture.ts";
import { installHelper, systemdTarget, type HelperOptions, type HelperPlace } from "./helper-fixture.ts";

/** Where the helper looks and how, with the shell and the tools given. */
export function helperSearchSuite(name: string, options: HelperOptions = {}): void {
  let place: HelperPlace;
  let target: TargetAddress;
  const token = "tok-4f9b2c77d1e84a66";
  const odd = `p"a's\\s/<wo>&rd é=1%`;

  beforeEach(async () => {
    place = installHelper(options);
    target = systemdTarget(place);
    place.allow([target]);
    await deliver({ TOKEN: token, ODD: odd });
  });

  afterEach(() => place.remove());

  describe(`a search by the helper, run by ${name}`, () => {
    test("knows what it writes for a value: each form is one that a scan knows, by the same name", () => {
      // line ends and escapes are what a scan leaves out of a text and its forms, and grep can't
      const isUnbroken = (value: Buffer) => ![10, 13, 27].some((byte) => value.includes(byte));
      const bytes = fc.uint8Array({ minLength: 8, maxLength: 60 }).map((one) => Buffer.from(one));
      const text = fc.string({ minLength: 8, maxLength: 60, unit: "grapheme" }).map((one) => Buffer.from(one));
      const values = [
        ...fc.sample(fc.oneof(bytes, text).filter(isUnbroken), 300),
        Buffer.from(
          "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nabc/def0123456789ABCDEFGH==\n-----END KEY-----\n",
        ),
      ];
      const told = Map.groupBy(formsOf(values, options), ({ index }) => index);
      for (const [index, value] of values.entries()) {
        const known = new Map(encodedForms(value).map((form) => [latin1(form.bytes), form.encoding]));
        const own = told.get(index) ?? [];
        // what is no text JSON and the like can't have in it: those forms find nothing
        const forms = isUtf8(value) ? own : own.filter(({ encoding }) => !quoting.includes(encoding));
        expect(forms.filter(({ encoding, text }) => known.get(text) !== encoding)).toEqual([]);
        if (known.size > 0) expect(own.map(({ encoding }) => encoding)).toContain("hex");
      }
    });

    test("finds a value in every form of a log's line, whatever letters it has", async () => {
      const forms = [JSON.stringify(odd), encodeURIComponent(odd), JSON.stringify(JSON.stringify({ odd })), odd];
      lay("app.log", `${forms.map((form) => `at=1 ${form} end`).join("\n")}\n`);
      const { places } = await search({ ODD: odd });
      expect(told(places)).toEqual(["app.log:1 json x2", "app.log:2 url x1", "app.log:4 literal x1"]);
    });

    test("finds it at each alignment of base64, in hex, behind a NUL, and in a packed log", async () => {
      for (const before of ["", "a", "ab"])
        lay(`at${before.length}`, Buffer.from(`${before}${token}zz`).toString("base64"));
      lay("hex", Buffer.from(token).toString("hex").toUpperCase());
      lay("core", Buffer.concat([Buffer.from("\0\x01\xff\n\0a\0", "latin1"), Buffer.from(token), Buffer.of(0)]));
      lay("app.log.1.gz", gzipSync(`one\ntwo ${token}\n`));
      lay("app.log.2.gz", gzipSync(`one\ntwo ${token}\n`).subarray(0, 20));
      lay("app.log.3.xz", "packed");
      const { places, left, looked } = await search({ TOKEN: token });
      expect(told(places)).toEqual([
        "app.log.1.gz:2 literal x1",
        "at0:1 base64 x1",
        "at1:1 base64 x1",
        "at2:1 base64 x1",
        "core:2 literal x1",
        "hex:1 hex x1",
      ]);
      expect(left.map(({ reason, path = "" }) => `${reason} ${path.slice(place.folder.length)}`).toSorted()).toEqual([
        "packed /opt/app.log.2.gz",
        "packed /opt/app.log.3.xz",
      ]);
      expect(looked.files).toBe(8);
    });

    test("looks into every service's folder and those of the targets, follows no link, and takes no home for a leak", async () => {
      const away = join(place.folder, "srv");
      mkdirSync(away);
      const other: TargetAddress = {
        id: "other@here",
        service: "other",
        runtime: {
          kind: "systemd",
          file: { path: join(away, "other.env"), owner: "root", group: "root", mode: "600" },
          instances: [{ instance: "", unit: "o.service" }],
        },
      };
      place.allow([target, other]);
      writeFileSync(join(away, "other.env"), `SHARED=${token}\n`);
      writeFileSync(join(away, "other.env.bak"), `SHARED=${token}\n`);
      mkdirSync(join(place.folder, "opt", "a service", "logs"), { recursive: true });
      lay("a service/logs/it is: 1.log", `${token}\n`);
      lay(".env.bak", `TOKEN=${token}\n`);
      lay("odd\nname", token);
      mkdirSync(join(place.folder, "beyond"));
      writeFileSync(join(place.folder, "beyond", "file"), token);
      symlinkSync(join(place.folder, "beyond"), join(place.folder, "opt", "link"));
      execFileSync("mkfifo", [join(place.folder, "opt", "pipe")]);
      const { places, left } = await search({ TOKEN: token });
      expect(
        places.map(({ where }) => (where.kind === "file" ? where.path.slice(place.folder.length) : "")).toSorted(),
      ).toEqual(["/opt/.env.bak", "/opt/a service/logs/it is: 1.log", "/srv/other.env.bak"]);
      expect(left).toEqual([{ reason: "odd name" }]);
    });

    test("tells of the journal which unit said it in which field, and when", async () => {
      const entry = (time: number, fields: string) => `__CURSOR=s=1\n__REALTIME_TIMESTAMP=${time}\n${fields}\n`;
      const long = Buffer.concat([
        Buffer.from("MESSAGE\n"),
        Buffer.from([30, 0, 0, 0, 0, 0, 0, 0]),
        Buffer.from(`one\n${token}\nsix\n`),
      ]);
      writeFileSync(
        join(place.folder, "journal"),
        Buffer.concat([
          Buffer.from(entry(1_700_000_003_000_000, `MESSAGE=again ${token}\n_SYSTEMD_UNIT=w.service\n`)),
          Buffer.from(entry(1_700_000_002_000_000, `_SYSTEMD_UNIT=w.service\nMESSAGE=is ${token}\n`)),
          Buffer.from(
            entry(1_700_000_001_000_000, `_CMDLINE=/bin/w --token ${token}\nMESSAGE=no\n_SYSTEMD_UNIT=v.service\n`),
          ),
          Buffer.from("__CURSOR=s=2\n__REALTIME_TIMESTAMP=1700000000000000\n"),
          long,
          Buffer.from("\n"),
        ]),
      );
      const { places, looked } = await search({ TOKEN: token });
      const journal = { kind: "journal", field: "MESSAGE" };
      expect(places.map(({ where, count }) => ({ ...where, count }))).toEqual([
        { ...journal, unit: "w.service", from: 1_700_000_002_000, until: 1_700_000_003_000, count: 2 },
        {
          ...journal,
          field: "_CMDLINE",
          unit: "v.service",
          from: 1_700_000_001_000,
          until: 1_700_000_001_000,
          count: 1,
        },
        { ...journal, from: 1_700_000_000_000, until: 1_700_000_000_000, count: 1 },
      ]);
      expect(looked).toMatchObject({ journal: 4 });
    });

    test("looks through the logs of containers, rotated ones too, and those that only the engine reads", async () => {
      const folder = join(place.folder, "containers");
      for (const [container, said] of [
        ["c1", `/web json-file ${folder}/c1/c1-json.log`],
        ["c2", "/agent local "],
        ["c3", "/old journald "],
      ] as const) {
        mkdirSync(join(folder, container), { recursive: true });
        writeFileSync(join(folder, container, "inspect"), `${said}\n`);
      }
      writeFileSync(join(folder, "c1", "c1-json.log"), `{"log":"${JSON.stringify(odd).slice(1, -1)}\\n"}\n`);
      writeFileSync(join(folder, "c1", "c1-json.log.1"), `{"log":"x"}\n{"log":"${token}\\n"}\n`);
      writeFileSync(join(folder, "c1", "c1-json.log.2.gz"), gzipSync(`{"log":"${token}\\n"}\n`));
      writeFileSync(join(folder, "c2", "log"), `a\nb\n${token}\n`);
      const { places, looked } = await search({ TOKEN: token, ODD: odd });
      expect(places.map(({ where, encoding }) => ({ ...where, encoding }))).toEqual([
        { kind: "container", container: "web", line: 1, encoding: "json" },
        { kind: "container", container: "web", log: ".1", line: 2, encoding: "literal" },
        { kind: "container", container: "web", log: ".2.gz", line: 1, encoding: "literal" },
        { kind: "container", container: "agent", line: 3, encoding: "literal" },
      ]);
      expect(looked).toMatchObject({ containers: 3 });
    });

    test("tells two thousand places, and that there are more", async () => {
      const entry = (at: number) =>
        `__REALTIME_TIMESTAMP=1700000000000000\n_SYSTEMD_UNIT=w${at}.service\nMESSAGE=${token}\n\n`;
      writeFileSync(join(place.folder, "journal"), Array.from({ length: 2010 }, (_, at) => entry(at)).join(""));
      const { places, more } = await search({ TOKEN: token });
      expect({ places: places.length, more }).toEqual({ places: 2000, more: true });
    });

    test("ends when its time is over, says so, and goes on to serve", async () => {
      writeFileSync(join(place.folder, "bin", "journalctl"), "#!/bin/sh\nsleep 77.7\n", { mode: 0o700 });
      lay("notes", token);
      const found = await search({ TOKEN: token }, 1500);
      expect(found).toMatchObject({ cut: true, held: [0], places: [{ where: { line: 1 } }] });
      expect(found.looked.journal ?? 0).toBe(0);
      expect(await place.host.observe([target])).toMatchObject([{ record: { release: "r1" } }]);
      await expect.poll(() => running("sleep 77.7")).toEqual([]);
    });

    test("leaves no file and no process when the connection breaks off, and puts no value into an argument", async () => {
      writeFileSync(join(place.folder, "bin", "journalctl"), "#!/bin/sh\nwhile :; do sleep 66.6; done\n", {
        mode: 0o700,
      });
      const before = readdirSync("/tmp").toSorted();
      const [program = "sh", ...rest] = options.shell ?? ["sh"];
      const child = spawn(program, [...rest, place.path], { env: { PATH: process.env["PATH"] ?? "" } });
      child.stdin.on("error", () => {});
      for (const part of encodeSearch({ values: [valueOf("TOKEN", token)], limit: 600_000 })) child.stdin.write(part);
      await once(child.stdout, "data");
      await expect.poll(() => running("sleep 66.6").length, { timeout: 10_000 }).toBeGreaterThan(0);
      const secret = [token, Buffer.from(token).toString("hex"), Buffer.from(token).toString("base64").slice(0, 20)];
      expect(commandLines().filter((line) => secret.some((form) => line.includes(form)))).toEqual([]);
      child.stdout.destroy();
      child.stdin.destroy();
      await expect.poll(() => [...running("sleep 66.6"), ...running(place.path)], { timeout: 15_000 }).toEqual([]);
      expect(
        readdirSync("/tmp")
          .toSorted()
          .filter((name) => !before.includes(name) && !name.startsWith("keyturn-")),
      ).toEqual([]);
    });

    test("is refused for a target that is not on its allowlist", async () => {
      const value = { target: { ...target, id: "stranger@here" }, name: "TOKEN", value: Sensitive.of(token) };
      await expect(place.host.search({ values: [value], limit: 1000 })).rejects.toMatchObject({
        code: "HOST_UNPREPARED",
      });
    });
  });

  async function deliver(variables: Variables): Promise<void> {
    const all = { ...variables, KEYTURN_RELEASE: "r1" };
    // the stand-in of systemd reads lines as they are
    await place.host.perform(controller, [
      { kind: "stage", target, file: fileOf(all), record: recordOf("r1", all) },
      { kind: "swap", target },
    ]);
  }

  function lay(path: string, content: string | Buffer): void {
    writeFileSync(join(place.folder, "opt", path), content);
  }

  function valueOf(named: string, value: string) {
    return { target, name: named, value: Sensitive.of(value) };
  }

  function search(variables: Variables, limit = 120_000): Promise<HostSearched> {
    return place.host.search({
      values: Object.entries(variables).map(([named, value]) => valueOf(named, value)),
      limit,
    });
  }

  function told(places: readonly HostPlace[]): readonly string[] {
    return places
      .map(({ where, encoding, count }) =>
        where.kind === "file" ? `${where.path.slice(place.folder.length + 5)}:${where.line} ${encoding} x${count}` : "",
      )
      .toSorted();
  }
}

/** What the helper makes of values, by its own program for it. */
function formsOf(values: readonly Buffer[], { tools }: HelperOptions) {
  const program = /^form_lines='\n([^']*)'$/m.exec(helperText())?.[1] ?? "";
  const input = values.map((value, index) => `${index} ${value.toString("hex")}\n`).join("");
  const awk = tools === undefined ? "awk" : join(tools, "awk");
  const output = execFileSync(awk, [program], { input, env: { LC_ALL: "C", PATH: process.env["PATH"] ?? "" } });
  const lines = output.toString("latin1").split("\n").slice(0, -1);
  return lines.map((line) => {
    const tab = line.indexOf("\t");
    const [index = "", encoding = ""] = line.slice(0, tab).split(" ");
    return { index: Number(index), encoding, text: line.slice(tab + 1) };
  });
}

const quoting = ["json", "shell", "html"];

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function running(words: string): readonly string[] {
  return commandLines().filter((line) => line.includes(words) && !line.includes("vitest"));
}

/** Of every process of this machine. */
function commandLines(): readonly string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")];
    } catch {
      // it has ended
      return [];
    }
  });
}
