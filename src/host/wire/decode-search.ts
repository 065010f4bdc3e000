import type { HostLeft, HostPart, HostPlace, HostSearched } from "../search.ts";
import { printable } from "../printable.ts";
import { isEncoding, isNumber, whereOf } from "./host-place.ts";
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
function placeOf(words: readonly string[]): HostPlace | undefined {
  const [value = "", encoding = "", count = "", first = "", kind = "", ...rest] = words;
  if (![value, count].every(isNumber) || !isEncoding(encoding)) return undefined;
  const where = whereOf(kind, first, rest);
  return where && { value: Number(value), encoding, count: Number(count), where };
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

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return words.some((one) => one === word);
}
