import { shellWord } from "#kernel";
/** Git's own names of the hooks that Keyturn can be. */
export const hookNames = ["pre-commit", "pre-push", "pre-receive"] as const;

export type HookName = (typeof hookNames)[number];

/** What a hook runs. */
export interface HookCommand {
  /** node and the command's file, as they lie on this machine; left out where others get the hook too */
  readonly program?: readonly string[];
  /** `--home`, `--kit` and the like, as they were given when it was installed */
  readonly options: readonly string[];
}

/** The second line of a hook that is ours. */
export const mark = "# keyturn hook:";

/** What stood there before ours is kept beside it under this name. */
export function keptName(hook: HookName): string {
  return `${hook}.before-keyturn`;
}

/** POSIX sh. What was there before runs first, and its refusal counts; what comes on standard input both get. */
export function hookScript(hook: HookName, { program, options }: HookCommand): string {
  const reads = hook !== "pre-commit";
  const feed = reads ? "feed | " : "";
  return [
    "#!/bin/sh",
    `${mark} written by \`keyturn hook install\`, and taken away by \`keyturn hook uninstall\`.`,
    `# A ${hook} of your own stands beside it as ${keptName(hook)}: it runs first, and its refusal counts.`,
    ...(reads ? ["refs=$(cat)", `feed() { [ -z "$refs" ] || printf '%s\\n' "$refs"; }`] : []),
    `kept=$(dirname "$0")/${keptName(hook)}`,
    `if [ -x "$kept" ]; then ${feed}"$kept" "$@" || exit; fi`,
    // no process of ours where there is nothing to look at
    ...(hook === "pre-commit" ? ["git diff --cached --quiet && exit 0"] : []),
    ...findCommand(program),
    `${feed}${["run_keyturn", ...callWords(hook, { options })].join(" ")}`,
    "",
  ].join("\n");
}

export interface CallForm {
  /** what stands for the name of the remote before a push; empty where nothing tells it */
  readonly remote?: string;
  readonly options?: readonly string[];
}

/** The words behind `keyturn`, for a hook or a hook manager's file. */
export function callWords(hook: HookName, { remote = `"$1"`, options = [] }: CallForm = {}): readonly string[] {
  const words = hook === "pre-push" && remote !== "" ? [remote] : [];
  return ["hook", "run", hook, ...words, ...options.map(shellWord)];
}

/** The command that it was installed with; where that is gone, the project's or the one on the search path. */
function findCommand(program: HookCommand["program"]): readonly string[] {
  const first =
    program === undefined
      ? []
      : [
          `  if ${program.map((path) => `[ -f ${shellWord(path)} ]`).join(" && ")}; then ${program.map(shellWord).join(" ")} "$@"; return; fi`,
        ];
  return [
    "run_keyturn() {",
    ...first,
    '  if [ -x node_modules/.bin/keyturn ]; then node_modules/.bin/keyturn "$@"; return; fi',
    '  if command -v keyturn >/dev/null; then keyturn "$@"; return; fi',
    '  echo "keyturn: error: the command keyturn is not there, so nothing was looked at" >&2',
    '  echo "keyturn: hint: install it, or take this hook away: $0" >&2',
    "  return 1",
    "}",
  ];
}
