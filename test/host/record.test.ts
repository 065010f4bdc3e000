import { spawn, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { makeRecord } from "#host";
import { helperText } from "../../src/host/helper/helper-text.ts";
import { compareEnvironment } from "../../src/host/record.ts";
import { temporaryFolder } from "./fixture.ts";

const name = fc.stringMatching(/^[A-Za-z_]\w{0,12}$/);
const value = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
  fc.constantFrom("", "=", "a=b", "\n", "\r\n", " two  words ", "-----BEGIN-----\nx\n", "é🙂", "\\", "'\"`$HOME"),
);
const variables = fc.dictionary(name, value, { minKeys: 1, maxKeys: 8, noNullPrototype: true });

describe("a release record", () => {
  test("is carried by an environment that holds its variables, whatever else that holds and in any order", () => {
    fc.assert(
      fc.property(variables, variables, (ours, others) => {
        const record = recordOf(ours);
        const rest = Object.entries(others).filter(([other]) => !Object.hasOwn(ours, other));
        const environment = [...rest, ...Object.entries(ours).toReversed()];
        expect(compareEnvironment(environmentOf(environment), record)).toEqual([]);
      }),
    );
  });

  test("names exactly the variables that differ or are missing", () => {
    fc.assert(
      fc.property(variables, fc.infiniteStream(fc.constantFrom("same", "other", "missing")), (ours, fates) => {
        const record = recordOf(ours);
        const differing: string[] = [];
        const environment = Object.entries(ours).flatMap(([name, value]): [string, string][] => {
          const fate = fates.next().value ?? "same";
          if (fate === "same") return [[name, value]];
          differing.push(name);
          return fate === "missing" ? [] : [[name, `${value}x`]];
        });
        expect(compareEnvironment(environmentOf(environment), record)).toEqual(differing.toSorted());
      }),
    );
  });

  test("holds no value and differs with its salt", () => {
    const [one, two] = [recordOf({ TOKEN: "hunter2-hunter2" }, "aa"), recordOf({ TOKEN: "hunter2-hunter2" }, "bb")];
    expect(JSON.stringify(one)).not.toMatch(/hunter2|68756e74/);
    expect(one.whole).not.toBe(two.whole);
  });
});

describe("the helper's comparison with a living process", () => {
  let folder: string;
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("comes to the same end as ours for any environment", async () => {
    const functions = helperText().replace(/\nmain\n$/, "\n");
    await fc.assert(
      fc.asyncProperty(variables, async (ours) => {
        const { PATH: _path, IFS: _ifs, ...environment } = ours;
        const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { env: environment });
        await new Promise((resolve) => child.once("spawn", resolve));
        try {
          const other = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, `${value}.`]));
          const files = { same: recordOf(environment), other: recordOf(other) };
          for (const [file, record] of Object.entries(files)) writeFileSync(join(folder, file), recordFile(record));
          const look = `p_pid=${child.pid} p_start=x runtime=systemd
            carries ${folder}/same environment && echo carried; carries ${folder}/other environment || echo not
            differing ${folder}/other environment`;
          const { stdout } = spawnSync("sh", ["-c", `${functions}\n${look}`], { encoding: "utf8" });
          const [carried, not, names = ""] = stdout.split("\n");
          expect([carried, not]).toEqual(
            Object.keys(environment).length === 0 ? ["carried", names] : ["carried", "not"],
          );
          expect(names.split(" ").filter(Boolean).toSorted()).toEqual(Object.keys(environment).toSorted());
        } finally {
          child.kill("SIGKILL");
        }
      }),
      { numRuns: 15 },
    );
  });
});

function recordOf(variables: Readonly<Record<string, string>>, salt = "00ff") {
  const entries = Object.entries(variables).map(([name, value]) => ({ name, value: Sensitive.of(value) }));
  return makeRecord({ release: "r1", digest: "0123456789abcdef", salt, variables: entries });
}

function environmentOf(entries: readonly (readonly [string, string])[]): Buffer {
  return Buffer.from(entries.map(([name, value]) => `${name}=${value}\0`).join(""));
}

function recordFile(record: ReturnType<typeof recordOf>): string {
  const lines = [
    `release ${record.release}`,
    `digest ${record.digest}`,
    `salt ${record.salt}`,
    `whole ${record.whole}`,
  ];
  return `${[...lines, ...record.variables.map(({ name, digest }) => `var ${name} ${digest}`)].join("\n")}\n`;
}
