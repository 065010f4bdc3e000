import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { git, type GitOptions } from "./git.ts";
import { repositoryAddress } from "./repository-address.ts";

export interface Repository {
  /** of its files; absent where it is bare */
  readonly top?: string;
  /** of its objects, the same for each of its worktrees */
  readonly folder: string;
  /** of its remote `origin`, or the first one, where that is no path */
  readonly address?: string;
}

/** Nothing where there is no repository, no git, or one that git does not read. */
export async function repositoryAt(folder: string, options: GitOptions = {}): Promise<Repository | undefined> {
  const ask = async (command: readonly string[]): Promise<string> => {
    const answer = await git({ folder, command, accept: [0, 1, 128] }, options);
    return answer.kind === "answered" ? answer.text.trimEnd() : "";
  };
  const common = await ask(["rev-parse", "--path-format=absolute", "--git-common-dir"]);
  if (common === "") return undefined;
  const top = await ask(["rev-parse", "--path-format=absolute", "--show-toplevel"]);
  const address = addressIn(await ask(["config", "--get-regexp", "^remote\\..*\\.url$"]));
  return { folder: common, ...(top === "" ? {} : { top }), ...(address === undefined ? {} : { address }) };
}

/** The repository that a file stands in, asked once for each. */
export function repositoryFinder(options: GitOptions = {}): (path: string) => Promise<Repository | undefined> {
  const tops = new Map<string, string | undefined>();
  const known = new Map<string, Promise<Repository | undefined>>();
  const topOf = (folder: string): string | undefined => {
    if (tops.has(folder)) return tops.get(folder);
    const above = dirname(folder);
    const top = hasGit(folder) ? folder : above === folder ? undefined : topOf(above);
    tops.set(folder, top);
    return top;
  };
  return async (path) => {
    const top = topOf(dirname(path));
    if (top === undefined) return undefined;
    const repository = known.get(top) ?? repositoryAt(top, options);
    known.set(top, repository);
    return repository;
  };
}

function hasGit(folder: string): boolean {
  return lstatSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined;
}

function addressIn(listed: string): string | undefined {
  const remotes = listed.split("\n").flatMap((line) => {
    const at = line.indexOf(" ");
    const address = repositoryAddress(line.slice(at + 1));
    return at < 0 || address === undefined ? [] : [{ name: line.slice(0, at), address }];
  });
  return (remotes.find(({ name }) => name === "remote.origin.url") ?? remotes[0])?.address;
}
