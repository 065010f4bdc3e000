import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../console");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(root, "src", name), "utf8") }));

test("the console knows the API alone: its own files, and the packages that it declares", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly devDependencies: object;
  };
  const known = Object.keys(devDependencies);
  const wrong = sources.flatMap(({ name, text }) => {
    const imports = [...text.matchAll(/(?<![/\w])(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
      ([, specifier = ""]) => specifier,
    );
    return imports
      .filter((specifier) => (specifier.startsWith(".") ? leavesSources(name, specifier) : !isOf(known, specifier)))
      .map((specifier) => `${name}: ${specifier}`);
  });
  expect(wrong).toEqual([]);
  expect(sources.length).toBeGreaterThan(40);
});

test("it asks no other host for anything, and writes no markup from text", () => {
  const wrong = sources.filter(({ text }) => /https?:\/\/|dangerouslySetInnerHTML|innerHTML/.test(text));
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

function leavesSources(name: string, specifier: string): boolean {
  return join("src", name, "..", specifier).split("/")[0] !== "src";
}

function isOf(packages: readonly string[], specifier: string): boolean {
  return packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
