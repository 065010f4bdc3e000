import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes, type ErrorCode } from "#kernel";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const table = "src/kernel/error-code.ts";

describe("the error table", () => {
  test("docs/errors.md has each code with the exit code, retryability and hint of the table", () => {
    const page = readFileSync(join(root, "docs/errors.md"), "utf8");
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (yes|no) \| (.+?) \| (.+) \|$/gm)].map(
      ([, code, exit, retryable, meaning, hint]) => ({
        code,
        exit,
        retryable,
        hint,
        hasMeaning: (meaning ?? "") !== "",
      }),
    );
    const expected = Object.entries(errorCodes).map(([code, { exit, retryable, hint }]) => ({
      code,
      exit: String(exit),
      retryable: retryable ? "yes" : "no",
      hint,
      hasMeaning: true,
    }));
    expect(rows).toEqual(expected);
  });

  test("each code is used somewhere, in the command or in the lab", () => {
    const used = usedCodes();
    const idle = Object.keys(errorCodes).filter((code) => !used.has(code));
    expect(idle).toEqual([]);
  });

  test("each code that is thrown is in the table", () => {
    const known = new Set<string>(Object.keys(errorCodes));
    const thrown = sources().flatMap(({ text }) =>
      [...text.matchAll(/new AppError\(\s*"(\w+)"/g)].map(([, code]) => code),
    );
    expect(thrown.length).toBeGreaterThan(50);
    expect(thrown.filter((code) => code === undefined || !known.has(code))).toEqual([]);
  });

  test("exit codes are those that the page explains, and a hint is one plain line", () => {
    const codes = Object.keys(errorCodes) as ErrorCode[];
    const odd = codes.filter((code) => {
      const { exit, hint } = errorCodes[code];
      return !(exit === 1 || exit === 130 || (exit >= 64 && exit <= 78)) || /[\n|]|\.$/.test(hint);
    });
    expect(odd).toEqual([]);
  });
});

function usedCodes(): ReadonlySet<string> {
  const texts = sources().filter(({ path }) => path !== table);
  return new Set(
    texts.flatMap(({ text }) =>
      [...text.matchAll(/"([A-Z][A-Z_]+)"|errorCodes\.([A-Z_]+)/g)].map(([, quoted, member]) => quoted ?? member ?? ""),
    ),
  );
}

function sources(): readonly { readonly path: string; readonly text: string }[] {
  return globSync(["src/**/*.ts", "lab/**/*.ts"], { cwd: root }).map((path) => ({
    path,
    text: readFileSync(join(root, path), "utf8"),
  }));
}
