import type { HostEncoding, HostLeft, HostPart, HostPlace, HostSearched, HostWhere } from "../search.ts";
import { printable } from "../printable.ts";
import { broken, throwRefusal, type LineReader } from "./decode.ts";

/** Reads what a search tells, up to `searched`; behind it the stream rests. `asked` is how many values were named. */
export function searchReader(host: string, asked: number, onEnd: (found: HostSearched) => void): LineReader {
  const held = new Set<number>();
  const places: HostPlace[] = [];
  const left: HostLeft[] = [];
  const looked: Partial<Record<HostPart, number>> = {};
  let [cut, more] = [false, false];
  return (line) => {
    const [word = "", ...rest] = line.split(" ");
    throwRefusal(host, line);
    switch (word) {
      case "waiting":
        return false;
      case "held":
        held.add(indexOf(host, rest[0], asked));
        return false;
      case "found": {
        const place = placeOf(rest);
        if (place === undefined || !held.has(place.value)) throw broken(host, "a place that can't be read");
        places.push(place);
        break;
      }
      case "left":
        left.push(leftOf(host, rest));
        break;
      case "looked": {
        const [part = "", number = ""] = rest;
        if (!isOneOf(parts, part) || !isNumber(number)) throw broken(host, "what it has looked at");
        looked[part] = Number(number);
        return false;
      }
      case "cut":
        cut = true;
        return false;
      case "more":
        more = true;
        return false;
      case "searched":
        onEnd({ held: [...held], places, looked, left, cut, more });
        return "rest";
      default:
        throw broken(host, "a line that belongs to no search");
    }
    if (places.length + left.length > most) throw broken(host, "it has more places than it may tell");
    return false;
  };
}

/** more than the helper tells */
const most = 5_000;

const parts: readonly HostPart[] = ["files", "containers", "journal"];
const encodings: readonly HostEncoding[] = [
  "literal",
  "line",
  "base64",
  "base64url",
  "hex",
  "url",
  "json",
  "shell",
  "html",
];

function placeOf(words: readonly string[]): HostPlace | undefined {
  const [value = "", encoding = "", count = "", first = "", kind = "", ...rest] = words;
  if (![value, count, first].every(isNumber) || !isOneOf(encodings, encoding)) return undefined;
  const where = whereOf(kind, Number(first), rest);
  return where && { value: Number(value), encoding, count: Number(count), where };
}

function whereOf(kind: string, first: number, rest: readonly string[]): HostWhere | undefined {
  const [one = "", two = "", three = ""] = rest;
  if (kind === "file") return { kind, path: printable(rest.join(" "), 4096), line: first };
  if (kind === "container" && names.test(one)) {
    return { kind, container: one, line: first, ...(two === "" ? {} : { log: printable(two, 50) }) };
  }
  if (kind !== "journal" || !isNumber(one) || !fields.test(two)) return undefined;
  const unit = three === "-" ? {} : { unit: printable(three, 256) };
  // the journal counts microseconds
  return { kind, field: two, ...unit, from: Math.floor(first / 1000), until: Math.floor(Number(one) / 1000) };
}

function leftOf(host: string, [word = "", ...rest]: readonly string[]): HostLeft {
  if (word === "name") return { reason: "odd name" };
  if (word !== "packed" && word !== "large" && word !== "unreadable") throw broken(host, "what it has left out");
  return { reason: word, path: printable(rest.join(" "), 4096) };
}

function indexOf(host: string, word = "", asked: number): number {
  const index = Number(word);
  if (!isNumber(word) || index >= asked) throw broken(host, "a value that it was not asked for");
  return index;
}

const names = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,255}$/;
const fields = /^[A-Z_][A-Z0-9_]{0,63}$/;

function isNumber(word: string): boolean {
  return /^\d{1,16}$/.test(word) && Number.isSafeInteger(Number(word));
}

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return words.some((one) => one === word);
}
