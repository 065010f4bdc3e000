import { base64At, urlSafe } from "./base64.ts";
import type { EncodedForm, Encoding } from "./form.ts";
import { isPlain, quotedTexts } from "./quoted.ts";
import { urlComponent } from "./url.ts";
import { utf16 } from "./utf16.ts";

/**
 * Two encodings, one inside the other, as they are met: a registry's log-in in a Kubernetes secret, a command for PowerShell,
 * basic authentication in a query, a document with the value in it that is base64 as a whole.
 */
export function combinedForms(value: Buffer): readonly EncodedForm[] {
  const base64 = base64At(value).map(({ inner }) => inner);
  const safe = base64.map(urlSafe).filter((text, at) => text !== base64[at]);
  const marked = isPlain(value) ? [] : markedForms(value);
  return [
    ...insideBase64("base64-of-utf16", utf16(value).slice(0, 1)),
    ...insideBase64("base64-of-base64", base64.map(bytesOf)),
    ...insideBase64("base64-of-base64url", safe.map(bytesOf)),
    ...base64.map((text) => ({ encoding: "url-of-base64", bytes: bytesOf(urlComponent(bytesOf(text))) }) as const),
    ...base64.map((text) => ({ encoding: "json-of-base64", bytes: bytesOf(text.replaceAll("/", "\\/")) }) as const),
    ...marked,
  ];
}

/** Of a value that JSON or a URL writes in another way than as it is. */
function markedForms(value: Buffer): readonly EncodedForm[] {
  const json = quotedTexts("json", value).slice(0, 2);
  return [
    ...insideBase64("base64-of-json", json.map(bytesOf)),
    ...insideBase64("base64-of-url", [bytesOf(urlComponent(value))]),
    ...json.map((text) => ({ encoding: "url-of-json", bytes: bytesOf(urlComponent(bytesOf(text))) }) as const),
    ...json
      .flatMap((text) => quotedTexts("html", bytesOf(text)))
      .map((text) => ({ encoding: "html-of-json", bytes: bytesOf(text) }) as const),
  ];
}

function insideBase64(encoding: Encoding, texts: readonly Buffer[]): readonly EncodedForm[] {
  return texts.flatMap(base64At).map(({ inner }) => ({ encoding, bytes: bytesOf(inner) }));
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, "utf8");
}
