/** Source with the inside of comments, and of strings, replaced by spaces: same length, same lines. */
export interface BlankedCode {
  readonly bare: string;
}

/** JavaScript: `//`, block comments, the three quotes; `${…}` in a template is code again. */
export function blankScript(text: string): BlankedCode {
  const out = Array.from({ length: text.length }, (_, index) => text.charAt(index));
  const stack: number[] = [];
  let at = 0;
  const blank = (from: number, to: number) => {
    for (let index = from; index < Math.min(to, out.length); index++) if (out[index] !== "\n") out[index] = " ";
  };
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const char = two[0] ?? "";
    if (two === "//" && text[at - 1] !== ":") at = skip(at, endOfLine(text, at));
    else if (two === "/*") at = skip(at, endOf(text, "*/", at + 2));
    else if (char === '"' || char === "'") at = string(char);
    else if (char === "`") at = template(at + 1);
    else if (char === "{" && stack.length > 0) at = deeper(1);
    else if (char === "}" && stack.length > 0) at = deeper(-1);
    else if (char === "/" && beginsPattern(text, at)) at = skip(at, endOfPattern(text, at));
    else at++;
  }
  return { bare: out.join("") };

  function skip(from: number, to: number): number {
    blank(from, to);
    return to;
  }
  function string(quote: string): number {
    const end = endOfString(text, quote, at);
    blank(at + 1, end - 1);
    return end;
  }
  /** Text of a template up to its end, or up to `${`, behind which code goes on. */
  function template(from: number): number {
    for (let index = from; index < text.length; index++) {
      if (text[index] === "\\") index++;
      else if (text[index] === "`") return skip(from, index) + 1;
      else if (text[index] === "$" && text[index + 1] === "{") {
        stack.push(1);
        return skip(from, index) + 2;
      }
    }
    return skip(from, text.length);
  }
  function deeper(change: 1 | -1): number {
    const depth = (stack.pop() ?? 0) + change;
    if (depth === 0) return template(at + 1);
    stack.push(depth);
    return at + 1;
  }
}

/** Python: `#`, the quotes, and three of them; names of strings that are looked for are read from the source. */
export function blankPython(text: string): BlankedCode {
  const out = Array.from({ length: text.length }, (_, index) => text.charAt(index));
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    const three = text.slice(at, at + 3);
    const start = at;
    if (char === "#") at = endOfLine(text, at);
    else if (three === '"""' || three === "'''") at = endOf(text, three, at + 3);
    else if (char === '"' || char === "'") at = endOfString(text, char, at);
    else {
      at++;
      continue;
    }
    const [from, to] = char === "#" ? [start, at] : [start + 1, at - 1];
    for (let index = from; index < to; index++) if (out[index] !== "\n") out[index] = " ";
  }
  return { bare: out.join("") };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end === -1 ? text.length : end + mark.length;
}

/** A string that is not closed ends with its line. */
function endOfString(text: string, quote: string, at: number): number {
  for (let index = at + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === quote) return index + 1;
    else if (text[index] === "\n") return index;
  }
  return text.length;
}

/** A slash is a pattern where a value is expected. */
function beginsPattern(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at).trimEnd();
  return /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else))$/.test(before) && text[at + 1] !== "/";
}

/** Longer ones are not looked for: where none ends, every slash would be a search to the end of its line. */
const longestPattern = 1000;

function endOfPattern(text: string, at: number): number {
  let inClass = false;
  for (let index = at + 1; index < Math.min(text.length, at + longestPattern); index++) {
    const char = text[index];
    if (char === "\n") return at + 1;
    if (char === "\\") index++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return index + 1;
  }
  return at + 1;
}
