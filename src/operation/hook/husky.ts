import { callWords, type HookName } from "./script.ts";

const begin = "# keyturn hook: begin";
const end = "# keyturn hook: end";

/** The text of a husky file with our lines in it, behind the first line where that names a shell. */
export function withBlock(text: string, hook: HookName, options: readonly string[] = []): string {
  const [first = "", ...rest] = withoutBlock(text).split("\n");
  return first.startsWith("#!")
    ? [first, block(hook, options), ...rest].join("\n")
    : `${block(hook, options)}\n${[first, ...rest].join("\n")}`;
}

export function withoutBlock(text: string): string {
  const from = text.indexOf(begin);
  const until = text.indexOf(`${end}\n`, from);
  return from < 0 || until < 0 ? text : text.slice(0, from) + text.slice(until + end.length + 1);
}

/** What comes on standard input is for the lines behind it as well. */
function block(hook: HookName, options: readonly string[]): string {
  const call = `npx --no-install keyturn ${callWords(hook, { options }).join(" ")}`;
  const lines =
    hook === "pre-commit"
      ? [`git diff --cached --quiet || ${call} || exit`]
      : ["refs=$(cat)", `printf '%s\\n' "$refs" | ${call} || exit`, "exec <<EOF", "$refs", "EOF"];
  return [begin, ...lines, end].join("\n");
}
