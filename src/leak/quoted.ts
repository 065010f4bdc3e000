import { javascript } from "./javascript.ts";
import type { EncodedForm } from "./form.ts";
import { shell } from "./shell.ts";

/**
 * What is left of a value inside the quotes of JSON, JavaScript, a shell or HTML. Only for UTF-8 text: other bytes can't
 * be written in these. Shell forms are those of `'…'`, `"…"`, `$'…'`, Python's shlex, Ruby's Shellwords and bash's `printf %q`.
 */
export function quotedForms(value: Buffer): readonly EncodedForm[] {
  return (["json", "javascript", "shell", "html"] as const).flatMap((encoding) =>
    quotedTexts(encoding, value).map((quoted) => ({ encoding, bytes: Buffer.from(quoted, "utf8") })),
  );
}

export function quotedTexts(encoding: keyof typeof writers, value: Buffer): readonly string[] {
  const text = decode(value);
  return text === undefined ? [] : writers[encoding](text);
}

const writers = { json, javascript, shell, html };

/** Nothing in it that any of them, or a URL, would write in another way. */
export function isPlain(value: Buffer): boolean {
  return /^[A-Za-z0-9._-]*$/.test(value.toString("latin1"));
}

function decode(value: Buffer): string | undefined {
  const text = value.toString("utf8");
  return Buffer.from(text, "utf8").equals(value) ? text : undefined;
}

/** As JavaScript, Python (ASCII only), PHP (`\/`) and Go (`\u003c`) write it, and JSON inside a JSON string. */
function json(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const once = [plain, asciiOnly(plain), plain.replaceAll("/", "\\/"), asciiOnly(plain).replaceAll("/", "\\/")];
  const go = plain.replace(/[<>&\u2028\u2029]/g, escapeUnit);
  return [...once, go, ...once.map((form) => JSON.stringify(form).slice(1, -1))];
}

/** The apostrophe has three spellings; some writers leave both quotes alone, and some write a slash as a number. */
function html(text: string): string[] {
  const base = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quotes = base.replaceAll('"', "&quot;");
  const numbered = base.replaceAll('"', "&#34;");
  const apostrophes = ["&#39;", "&#x27;", "&apos;", "&#039;"].flatMap((entity) =>
    [quotes, numbered].map((form) => form.replaceAll("'", entity)),
  );
  return [base, quotes, numbered, ...apostrophes];
}

function asciiOnly(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
