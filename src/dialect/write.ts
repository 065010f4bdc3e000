import { Sensitive } from "#kernel";
import type { Dialect, DialectName, Entry, Refusal } from "./dialect.ts";
import type { Grammar, Plain } from "./grammar.ts";
import { isName } from "./reading.ts";
import { byteText, bytesOf } from "./text.ts";

/** The kernel hands no single `NAME=value` of this size or more to a process, whatever the file's reader did (E2BIG). */
const longest = 131_072;

/** `carriers` says who else could take an entry, for the refusals. */
export function makeDialect(grammar: Grammar, carriers: (entry: Entry) => readonly DialectName[]): Dialect {
  return {
    name: grammar.name,
    read: (bytes) => grammar.read(bytes),
    write(entries) {
      const refusals = [...refuse(grammar, entries, carriers), ...repeated(entries, carriers)];
      if (refusals.length > 0) return { kind: "refused", refusals };
      return { kind: "written", bytes: Sensitive.of(bytesOf(grammar.render(entries.map(plainOf)))) };
    },
  };
}

/** Why this grammar, or any, can't carry the entry. */
export function objectionOf(grammar: Grammar, entry: Entry): string | undefined {
  const plain = plainOf(entry);
  return commonObjection(plain) ?? grammar.objection(plain);
}

function refuse(
  grammar: Grammar,
  entries: readonly Entry[],
  carriers: (entry: Entry) => readonly DialectName[],
): readonly Refusal[] {
  return entries.flatMap((entry) => {
    const reason = objectionOf(grammar, entry);
    return reason === undefined ? [] : [{ name: entry.name, reason, carriers: carriers(entry) }];
  });
}

function repeated(entries: readonly Entry[], carriers: (entry: Entry) => readonly DialectName[]): readonly Refusal[] {
  const names = entries.map((entry) => entry.name);
  return entries
    .filter((entry, index) => names.indexOf(entry.name) < index)
    .map((entry) => ({ name: entry.name, reason: "the name is given twice", carriers: carriers(entry) }));
}

function commonObjection(plain: Plain): string | undefined {
  if (!isName(plain.name)) return "the name is not letters, digits and _, or begins with a digit";
  if (plain.bytes.includes(0)) return "it holds a NUL byte, which no environment can carry";
  if (plain.name.length + 1 + plain.bytes.byteLength + 1 > longest) return "it is 128 KiB or longer";
  return undefined;
}

function plainOf(entry: Entry): Plain {
  const bytes = entry.value.reveal();
  return { name: entry.name, bytes, text: byteText(bytes) };
}
