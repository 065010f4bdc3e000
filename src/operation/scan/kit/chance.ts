import { generatedBits } from "#contract";
import { Sensitive } from "#kernel";
import { vendorFormats } from "../format/known-formats.ts";

/**
 * How many bits of a value chance made, as far as that can be shown: of those that Keyturn made the rule says it, of a vendor's
 * keys the length behind the prefix, at four bits a character, which is the least that any of them uses; but for keys that hold a document, of which much is known. 0 of all others: what
 * somebody thought up has as few as a guesser needs.
 */
export function chanceOf(value: Sensitive, origin: string): number {
  const text = value.reveal().toString("latin1");
  return origin === "generated" ? generatedBits(text) : vendorBits(text);
}

/** how JSON begins in base64 */
const document = "eyJ";

function vendorBits(text: string): number {
  const bits = vendorFormats.flatMap((format) => {
    const [anchor = ""] = format.anchors;
    if (!text.startsWith(anchor) || anchor.includes(document)) return [];
    const found = format.read({ before: "", text });
    return found?.lead === 0 && found.length === text.length ? [4 * (text.length - anchor.length)] : [];
  });
  return Math.max(0, ...bits);
}
