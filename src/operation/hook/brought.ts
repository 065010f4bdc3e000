import type { GitTarget } from "../scan/search-git.ts";
import type { HookName } from "./script.ts";

type Selection = GitTarget["select"];

export interface Asked {
  readonly hook: HookName;
  /** as Git gives it to the hook */
  readonly input: string;
  /** of a push: where it goes */
  readonly remote?: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** What a commit or a push brings; undefined where that is nothing. */
export function broughtBy({ hook, input, remote, variables }: Asked): Selection | undefined {
  if (hook === "pre-commit") return { kind: "staged" };
  const lines = input.split("\n").filter((line) => line !== "");
  if (hook === "pre-receive") return selectionOf(lines.map(receivedLine), ["--all"]);
  const pushed = lines.length === 0 ? pushOfManager(variables) : lines.map(pushedLine);
  const known = remote ?? variables["PRE_COMMIT_REMOTE_NAME"] ?? "";
  // what lies on another remote is new to this one
  return selectionOf(pushed, /^\w[\w./-]*$/.test(known) ? [`--remotes=${known}`] : []);
}

interface Update {
  /** what the branch or tag is to be */
  readonly to: string;
  readonly from: string;
}

function selectionOf(updates: readonly Update[], known: readonly string[]): Selection | undefined {
  const tips = [...new Set(updates.map(({ to }) => to).filter(isObject))];
  if (tips.length === 0) return undefined;
  const before = updates.map(({ from }) => from).filter(isObject);
  // what was there and is nowhere here excludes nothing
  return { kind: "revisions", revisions: ["--ignore-missing", ...tips, "--not", ...before, ...known], tips };
}

/** Zeros stand for nothing: a branch that is new, or one that goes. */
function isObject(id: string): boolean {
  return (/^[0-9a-f]{40,64}$/.test(id) && /[1-9a-f]/.test(id)) || /^(?:HEAD|refs\/[^\s~^:?*[\\]+)$/.test(id);
}

/** `refs/heads/main ID refs/heads/main ID`: what is here, then what is there. */
function pushedLine(line: string): Update {
  const [, to = "", , from = ""] = line.split(" ");
  return { to, from };
}

/** `ID ID refs/heads/main`: what was, then what shall be. */
function receivedLine(line: string): Update {
  const [from = "", to = ""] = line.split(" ");
  return { to, from };
}

/**
 * The program pre-commit reads Git's lines itself, and says in the environment what is in them: of a branch that shares nothing
 * with the remote its name alone.
 */
function pushOfManager(variables: Asked["variables"]): readonly Update[] {
  const to = variables["PRE_COMMIT_TO_REF"] ?? variables["PRE_COMMIT_LOCAL_BRANCH"];
  return to === undefined ? [] : [{ to, from: variables["PRE_COMMIT_FROM_REF"] ?? "" }];
}
