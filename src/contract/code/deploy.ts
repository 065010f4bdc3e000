import type { RawUse } from "./use.ts";

/** Compose files: `${X}`, `${X:-default}`, `$X`; `$$` is a dollar sign. */
export function readComposeUses(text: string): readonly RawUse[] {
  return references(withoutComments(text, /(?:^|\s)#.*$/gm), /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g);
}

/** Units: `${X}` and `$X` in commands are read, `Environment=X=…` sets. */
export function readUnitUses(text: string): readonly RawUse[] {
  const code = withoutComments(text, /^[^\S\n\r\u2028\u2029]*[#;].*$/gm);
  const commands = [
    ...code.matchAll(/^[^\S\n\r\u2028\u2029]*Exec\w+[^\S\n\r\u2028\u2029]*=((?:.*\\\n)*.*)$/gm),
  ].flatMap((match) => {
    const start = match.index + match[0].length - (match[1] ?? "").length;
    const read = references(match[1] ?? "", /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g);
    return read.map((use) => ({ ...use, offset: use.offset + start }));
  });
  return [...commands, ...unitSettings(code)];
}

/** Shell scripts: only what has a default or a complaint is surely meant for the environment. */
export function readShellUses(text: string): readonly RawUse[] {
  return references(withoutComments(text, /(?:^|\s)#.*$/gm), /\$\{([A-Z_][A-Z0-9_]*)(?::?[-?])()/g);
}

function unitSettings(code: string): readonly RawUse[] {
  return [...code.matchAll(/^[^\S\n\r\u2028\u2029]*Environment[^\S\n\r\u2028\u2029]*=(.*)$/gm)].flatMap((match) => {
    const start = match.index + match[0].length - (match[1] ?? "").length;
    return [...(match[1] ?? "").matchAll(/(?:^|\s)["']?([A-Za-z_]\w*)=/g)].map((entry): RawUse => {
      const name = entry[1] ?? "";
      return { name, offset: start + entry.index + entry[0].indexOf(name), kind: "set" };
    });
  });
}

function references(code: string, pattern: RegExp): readonly RawUse[] {
  return [...code.matchAll(pattern)].map((match): RawUse => {
    const name = match[1] ?? match[2] ?? "";
    return { name, offset: match.index + match[0].lastIndexOf(name), kind: "read" };
  });
}

function withoutComments(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, (comment) => comment.replaceAll(/[^\n]/g, " "));
}
