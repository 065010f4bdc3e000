import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readContract } from "#contract";

/** Counts by another road than the reader: one expression over lines, quoted blocks cut out before. */
function simpleNames(text: string): ReadonlySet<string> {
  const flat = text.replace(/^\uFEFF/, "").replaceAll(/="\r?\n[^"]*"/g, '=""');
  return new Set(
    [...flat.matchAll(/^[ \t]*(?:#[# \t]*)?(?:export )?([A-Z_][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? ""),
  );
}

const own: readonly (readonly [string, string])[] = [
  ["hosted.env", "\uFEFFFOO=BAR\r\nHELLO=您好\r\nexport BAR=FOO"],
  [
    "sections.env",
    "####\n### Data ###\n####\n## Folder\n# DATA_FOLDER=data\n\n## Url\n# DATABASE_URL=a\n# DATABASE_URL=b\n",
  ],
  ["yaml-in-quotes.env", "A=1\nCONFIG=\"\ntitle: 'x'\nvideo: true # 'y'\n\"\nB=2\n"],
  [
    "trailing.env",
    '# A=\'key\' check on https://a.example/keys\n# B=720 (optional, in ms)\n# C="true\n# D={a="1"}\nE=1',
  ],
];

const folder = join(import.meta.dirname, "../../../shared/corpus/env-examples");
const collected = existsSync(folder)
  ? readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const)
  : [];

describe("real examples", () => {
  test.each([...own, ...collected])("%s: every assignment is found", (name, text) => {
    const { variables } = readContract(text, name);
    expect(new Set(variables.map((variable) => variable.name))).toEqual(simpleNames(text));
  });

  test.each([...own, ...collected])("%s: every place is where the name stands", (name, text) => {
    const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
    for (const { name: variable, position } of readContract(text, name).variables) {
      expect(lines[position.line - 1]?.slice(position.column - 1)).toMatch(new RegExp(`^${variable}\\s*=`));
    }
  });
});
