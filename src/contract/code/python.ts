import { blankPython } from "./text.ts";
import type { RawUse } from "./use.ts";

/** Python: `os.environ["X"]`, `os.environ.get("X")`, `os.getenv("X")`, and fields of pydantic settings classes. */
export function readPythonUses(text: string): readonly RawUse[] {
  const code = blankPython(text).bare;
  return [...keyed(code, text), ...settingsFields(code, text)];
}

function keyed(code: string, text: string): readonly RawUse[] {
  const pattern = /\b(?:environ\s*\[|environ\s*\.\s*(?:get|pop|setdefault)\s*\(|getenv\s*\()\s*(?=["'])/g;
  return [...code.matchAll(pattern)].flatMap((match): readonly RawUse[] => {
    const at = match.index + match[0].length;
    const read = /^(["'])([A-Za-z_]\w*)\1\s*(\]\s*=(?!=))?/.exec(text.slice(at, at + 300));
    if (read?.[2] === undefined) return [];
    return [{ name: read[2], offset: at + 1, kind: read[3] === undefined ? "read" : "set" }];
  });
}

interface Block {
  readonly code: string;
  readonly text: string;
  readonly offset: number;
}

/** Longer lists of bases are not looked at: where none ends, each would be a search to the end. */
const longestBases = 300;

function settingsFields(code: string, text: string): readonly RawUse[] {
  return [...code.matchAll(/^([ \t]*)class\s+\w+\s*\(/gm)].flatMap((match) => {
    const bases = match.index + match[0].length;
    const behind = /^[^)]*\)\s*:/.exec(code.slice(bases, bases + longestBases))?.[0];
    if (behind === undefined || !/\bBaseSettings\b/.test(behind)) return [];
    const start = bases + behind.length;
    const end = endOfBlock(code, start, (match[1] ?? "").length);
    return fieldsOf({ code: code.slice(start, end), text: text.slice(start, end), offset: start });
  });
}

/** Up to the first line with text that is indented no deeper than the class. */
function endOfBlock(code: string, start: number, indent: number): number {
  const lines = /\n([ \t]*)(?=[^\s])/g;
  lines.lastIndex = start;
  for (let match = lines.exec(code); match !== null; match = lines.exec(code)) {
    if ((match[1] ?? "").length <= indent) return match.index;
  }
  return code.length;
}

/** Pydantic reads names without regard to case; contracts write them in capitals. */
function fieldsOf(block: Block): readonly RawUse[] {
  const prefix = /\benv_prefix\s*=\s*["']([A-Za-z_]\w*)["']/.exec(block.text)?.[1] ?? "";
  const indent = /\n([ \t]+)[^\s]/.exec(block.code)?.[1] ?? "    ";
  const field = new RegExp(`\\n${indent}([A-Za-z]\\w*)[ \\t]*:(?!=)([^\\n]*(?:\\n${indent}[ \\t)\\]]+[^\\n]*)*)`, "g");
  return [...block.code.matchAll(field)].flatMap((match): readonly RawUse[] => {
    const name = match[1] ?? "";
    const at = match.index + match[0].indexOf(name);
    const source = block.text.slice(at, match.index + match[0].length);
    if (name === "model_config" || /^\w+\s*:\s*(?:typing\.)?ClassVar\b/.test(source)) return [];
    const aliases = aliasesOf(source);
    if (aliases.length > 0) return aliases.map(([alias, offset]) => use(alias, block.offset + at + offset));
    return [use((prefix + name).toUpperCase(), block.offset + at)];
  });
}

/** `alias=`, `validation_alias=` and every name in `AliasChoices(…)`; the older `env=` as well. The prefix is not for them. */
function aliasesOf(source: string): readonly (readonly [string, number])[] {
  const match = /\b(?:validation_alias|alias|env)\s*=\s*(?:AliasChoices\s*\(([^)]*)\)|(["'])([A-Za-z_]\w*)\2)/.exec(
    source,
  );
  if (match === null) return [];
  if (match[3] !== undefined) return [[match[3], match.index + match[0].lastIndexOf(match[3])]];
  const inner = match[1] ?? "";
  const start = match.index + match[0].lastIndexOf(inner);
  return [...inner.matchAll(/["']([A-Za-z_]\w*)["']/g)].map((entry) => [entry[1] ?? "", start + entry.index + 1]);
}

function use(name: string, offset: number): RawUse {
  return { name, offset, kind: "read" };
}
