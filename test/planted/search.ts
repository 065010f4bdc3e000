import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { buildMatcher, scanBytes } from "#leak";
import { secretsOf, type Planted } from "./values.ts";

export interface Search {
  /** each find as `PATH: NAME (encoding)`, and never more than that */
  inBytes(path: string, bytes: Uint8Array): readonly string[];
  /** every file below the folder, its name and what a link points to */
  inFolder(folder: string, mayHold: (path: string) => boolean): readonly string[];
}

/** In every encoding that #leak knows; a value that is too short for them as it is. */
export function searchFor(planted: Planted): Search {
  const matcher = buildMatcher(secretsOf(planted));
  const short = [...planted].filter(([name]) => matcher.unsearchable.includes(name));
  const inBytes: Search["inBytes"] = (path, bytes) => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return [
      ...new Set([
        ...scanBytes(matcher, path, bytes).map(({ name, encoding }) => `${path}: ${name} (${encoding})`),
        ...short.filter(([, value]) => buffer.includes(value)).map(([name]) => `${path}: ${name} (literal)`),
      ]),
    ];
  };
  return {
    inBytes,
    inFolder: (folder, mayHold) =>
      below(folder).flatMap((path) => {
        const whole = join(folder, path);
        const stat = lstatSync(whole);
        const link = stat.isSymbolicLink() ? readlinkSync(whole) : "";
        const content = stat.isFile() && !mayHold(path) ? inBytes(path, readFileSync(whole)) : [];
        return [...inBytes("a name", Buffer.from(`${path}\n${link}`)), ...content];
      }),
  };
}

/** Every path below the folder, as seen from it. */
export function below(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}
