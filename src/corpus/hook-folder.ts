import { git, type GitOptions, type NoGit } from "./git.ts";

/** Where Git looks for the hooks of a repository. */
export interface FoundHooks {
  readonly kind: "repository";
  /** of the hooks: of a worktree those of its repository, of a submodule its own */
  readonly folder: string;
  /** of the files; absent in a bare repository */
  readonly top?: string;
  /**
   * `own`: inside Git's own folder, where no commit takes it along. `committed`: among the files. `elsewhere`: named by
   * core.hooksPath of this repository. `shared`: named for every repository of the user or the machine.
   */
  readonly place: "own" | "committed" | "elsewhere" | "shared";
}

/** As Git itself says it, with the user's configuration. */
export async function hookFolder(folder: string, options: GitOptions = {}): Promise<FoundHooks | NoGit> {
  const ask = (command: readonly string[], at = folder) =>
    git({ folder: at, command, configured: true, accept: [0, 1, 128] }, options);
  const found = await ask(["rev-parse", "--path-format=absolute", "--show-toplevel"]);
  if (found.kind !== "answered") return found;
  const top = found.text.trimEnd();
  // a relative core.hooksPath counts from the top
  const at = top === "" ? folder : top;
  const paths = await ask(["rev-parse", "--path-format=absolute", "--git-path", "hooks", "--git-common-dir"], at);
  const scope = await ask(["config", "--show-scope", "--get", "core.hooksPath"], at);
  const [hooks = "", common = ""] = paths.kind === "answered" ? paths.text.split("\n") : [];
  const named = scope.kind === "answered" ? (scope.text.split("\t")[0] ?? "") : "";
  const place = placeOf(hooks, { common, top, named });
  return { kind: "repository", folder: hooks, place, ...(top === "" ? {} : { top }) };
}

interface Around {
  readonly common: string;
  readonly top: string;
  /** scope of core.hooksPath; empty where it is not set */
  readonly named: string;
}

function placeOf(hooks: string, { common, top, named }: Around): FoundHooks["place"] {
  if (["global", "system"].includes(named)) return "shared";
  if (isWithin(hooks, common)) return "own";
  return top !== "" && isWithin(hooks, top) ? "committed" : "elsewhere";
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(`${folder.replace(/\/$/, "")}/`);
}
