import { git, type GitOptions, type NoGit } from "./git.ts";

export interface IgnoreEntry {
  /** as written in a .gitignore: `.env`, `.env.*`, `prod/` */
  readonly entry: string;
  /** a .gitignore of the repository covers it; the user's own ignore lists do not count, others don't have them */
  readonly listed: boolean;
  /** files of this entry that source control holds, relative to the folder; example files are none */
  readonly tracked: readonly string[];
}

export type IgnoreState =
  | {
      readonly kind: "repository";
      readonly entries: readonly IgnoreEntry[];
      /** `.env.example` itself is ignored, so the contract would never be committed */
      readonly exampleIgnored: boolean;
    }
  | NoGit;

export type TrackedFiles = { readonly kind: "repository"; readonly paths: readonly string[] } | NoGit;

/** What never enters source control. */
export const localOnly: readonly string[] = [".env", ".env.*", "prod/", ".keyturn/"];

/** Files below the folder that source control holds, relative to it. A folder outside any repository is no failure. */
export async function trackedFiles(folder: string, options: GitOptions = {}): Promise<TrackedFiles> {
  const answer = await git({ folder, command: ["ls-files", "-z"] }, options);
  return answer.kind === "answered" ? { kind: "repository", paths: answer.records } : answer;
}

/** Whether the entries are ignored where the folder lies, and what is tracked all the same. Files need not exist. */
export async function ignoreState(
  folder: string,
  options: GitOptions & { readonly entries?: readonly string[] } = {},
): Promise<IgnoreState> {
  const entries = options.entries ?? localOnly;
  const ignored = await ignoredPaths(folder, [...entries.map(probe), ".env.example"], options);
  if (ignored.kind !== "ignored") return ignored;
  const states: IgnoreEntry[] = [];
  for (const entry of entries) {
    const tracked = await trackedOf(folder, entry, options);
    if (tracked.kind !== "repository") return tracked;
    states.push({ entry, listed: ignored.paths.has(probe(entry)), tracked: tracked.paths });
  }
  return { kind: "repository", entries: states, exampleIgnored: ignored.paths.has(".env.example") };
}

/** A path that only the entry itself covers: `.env.local` in a list says nothing about `.env.*`. */
function probe(entry: string): string {
  const name = "name-of-a-probe";
  return entry.replaceAll("*", name).replace(/\/$/, `/${name}`);
}

async function ignoredPaths(
  folder: string,
  paths: readonly string[],
  options: GitOptions,
): Promise<{ readonly kind: "ignored"; readonly paths: ReadonlySet<string> } | NoGit> {
  const command = ["check-ignore", "--no-index", "--verbose", "-z", "--stdin"];
  const input = paths.map((path) => `${path}\0`).join("");
  const answer = await git({ folder, command, input, accept: [0, 1] }, options);
  if (answer.kind !== "answered") return answer;
  // records of four: file, line, pattern, path; a pattern with `!` takes the path back
  const rows = answer.records.flatMap((source, at, all) =>
    at % 4 === 0 ? [{ source, pattern: all[at + 2] ?? "", path: all[at + 3] ?? "" }] : [],
  );
  const shared = rows.filter(({ source, pattern }) => /(^|\/)\.gitignore$/.test(source) && !pattern.startsWith("!"));
  return { kind: "ignored", paths: new Set(shared.map(({ path }) => path)) };
}

/** git's own reading of the entry, at any depth; what documents an environment is not one. */
async function trackedOf(folder: string, entry: string, options: GitOptions): Promise<TrackedFiles> {
  const examples = ["example", "sample", "template", "dist"].flatMap((end) => [`!.env.${end}`, `!.env.*.${end}`]);
  const patterns = [entry, ...(entry.startsWith(".env") ? examples : [])];
  const command = ["ls-files", "-z", "--cached", "--ignored", ...patterns.map((pattern) => `--exclude=${pattern}`)];
  const answer = await git({ folder, command }, options);
  return answer.kind === "answered" ? { kind: "repository", paths: answer.records } : answer;
}
