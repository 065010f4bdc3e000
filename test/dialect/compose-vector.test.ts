import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dialects } from "#dialect";
import { entry, readPlain } from "./carried.ts";

interface Vector {
  readonly source: "rule" | "grammar";
  readonly title: string;
  readonly file: string;
  readonly values: Readonly<Record<string, string>>;
  readonly unknown?: readonly string[];
  readonly refused?: boolean;
}

const { vectors } = JSON.parse(readFileSync(new URL("vector/compose.json", import.meta.url), "utf8")) as {
  readonly vectors: readonly Vector[];
};

test.each(vectors)("compose: $title", (vector) => {
  const { values, codes } = readPlain("compose", vector.file);
  expect(values).toEqual(vector.values);
  expect(codes.includes("file-refused")).toBe(vector.refused ?? false);
  expect(codes.filter((code) => code === "expands")).toHaveLength(vector.unknown?.length ?? 0);
});

test("compose: what the quoting rule says is what is written", () => {
  for (const { source, values, file } of vectors.filter((each) => each.source === "rule")) {
    const written = dialects.compose.write(Object.entries(values).map(([name, value]) => entry(name, value)));
    if (written.kind === "refused") throw new Error(`refused, though from ${source}`);
    expect(written.bytes.reveal().toString()).toBe(file);
  }
});
