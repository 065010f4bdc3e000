import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Platform } from "#contract";
import { ignoreState, type IgnoreEntry } from "#corpus";
import type { Finding, Position } from "#kernel";

/**
 * `.env` files and local notes are listed in .gitignore, and none of them is tracked all the same. A brand file that a
 * manifest names is public and may be; where not every platform could be read, nothing tracked is judged.
 */
export async function checkIgnored(
  folder: string,
  platforms: readonly Platform[] | undefined,
): Promise<readonly Finding[]> {
  const state = await ignoreState(folder);
  if (state.kind !== "repository") {
    const reason = state.kind === "no-git" ? "git is not installed" : `${folder} is in no git repository`;
    return [{ severity: "notice", code: "ignore-unchecked", message: `${reason}: .gitignore is not checked` }];
  }
  const position = await placeInList(folder);
  const brands = brandFiles(platforms ?? []);
  return [
    ...state.entries.flatMap((entry) => unlisted(entry, position)),
    ...(platforms === undefined ? [] : state.entries.flatMap((entry) => tracked(entry, brands))),
    ...(state.exampleIgnored ? [exampleIgnored(position)] : []),
  ];
}

/** Behind the last line: there it would be added. */
async function placeInList(folder: string): Promise<Position> {
  const text = await readFile(join(folder, ".gitignore"), "utf8").catch(() => "");
  return { file: ".gitignore", line: text.split("\n").length, column: 1 };
}

/** Below the manifest's folder. */
export function brandFiles(platforms: readonly Platform[]): ReadonlySet<string> {
  const paths = platforms.flatMap(({ services }) =>
    services.flatMap(({ runtime }) =>
      runtime.kind === "vite" && runtime.brand !== undefined ? [join(runtime.directory, runtime.brand)] : [],
    ),
  );
  return new Set(paths);
}

function unlisted({ entry, listed }: IgnoreEntry, position: Position): readonly Finding[] {
  if (listed) return [];
  const message = `.gitignore does not list ${entry}`;
  return [{ severity: "error", code: "not-ignored", message, position, hint: `add the line ${entry} to .gitignore` }];
}

function tracked({ tracked }: IgnoreEntry, brands: ReadonlySet<string>): readonly Finding[] {
  return tracked
    .filter((path) => !brands.has(path))
    .map((path) => ({
      severity: "error",
      code: "tracked",
      message: `${path} is in source control`,
      position: { file: path, line: 1, column: 1 },
      hint: `\`git rm --cached ${path}\`; every secret that was in it has been seen and needs another value`,
    }));
}

function exampleIgnored(position: Position): Finding {
  const message = ".gitignore hides .env.example, so that no contract would be committed";
  return { severity: "error", code: "example-ignored", message, position, hint: "add the line !.env.example below it" };
}
