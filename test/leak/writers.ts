import { execFileSync } from "node:child_process";

const bytes = (text: string) => Buffer.from(text, "utf8");
const base64 = (text: string) => bytes(text).toString("base64");
const base64url = (text: string) => bytes(text).toString("base64url");
const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
const asciiOnly = (text: string) =>
  text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
const smallDigits = (text: string) => text.replace(/%../g, (code) => code.toLowerCase());
const strict = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const html = (value: string) =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Written by the platform's own encoders, never by what is tried: each encoding of the table in docs/leaks.md, and its kinds. */
export const writers: Readonly<Record<string, (value: string) => Buffer>> = {
  literal: bytes,
  ...eachAlignment("base64", base64),
  ...eachAlignment("base64url", base64url),
  "base64 with more behind": (value) => bytes(base64(`${value}\n{"more": true}`)),
  "base64url with more behind": (value) => bytes(base64url(`u${value}\n{"more": true}`)),
  hex: (value) => bytes(bytes(value).toString("hex")),
  "hex in capitals": (value) => bytes(bytes(value).toString("hex").toUpperCase()),
  url: (value) => bytes(encodeURIComponent(value)),
  "url in small letters": (value) => bytes(smallDigits(encodeURIComponent(value))),
  "url of RFC 3986": (value) => bytes(strict(value)),
  "url as a whole": (value) => bytes(encodeURI(value)),
  "a URL's password": (value) => bytes(Object.assign(new URL("http://u@h/"), { password: value }).password),
  "a URL's query": (value) => bytes(Object.assign(new URL("http://h/"), { search: value }).search.slice(1)),
  form: (value) => bytes(new URLSearchParams({ "": value }).toString().slice(1)),
  json: (value) => bytes(inJson(value)),
  "json of Python": (value) => bytes(asciiOnly(inJson(value))),
  "json of PHP": (value) => bytes(asciiOnly(inJson(value)).replaceAll("/", "\\/")),
  "json of Go": (value) => bytes(inJson(value).replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)),
  "json in json": (value) => bytes(inJson(inJson(value))),
  "javascript in single quotes": (value) => bytes(value.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")),
  "javascript in a template": (value) => bytes(value.replace(/[\\`]|\$(?=\{)/g, "\\$&")),
  "shell in single quotes": (value) => bytes(value.replaceAll("'", "'\\''")),
  "shell in single quotes, of Python": (value) => bytes(value.replaceAll("'", `'"'"'`)),
  "shell in double quotes": (value) => bytes(value.replace(/[$`"\\]/g, "\\$&")),
  "shell in $'…'": (value) => bytes(value.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")),
  "shell by printf %q": (value) => printfQ(value),
  // what Shellwords of Ruby does, to letters that are not ASCII too
  "shell of Ruby": (value) => bytes(value.replace(/[^A-Za-z0-9_\-.,:+/@\n]/gu, "\\$&")),
  html: (value) => bytes(html(value)),
  "html with numbers": (value) => bytes(html(value).replaceAll("&quot;", "&#34;").replaceAll("'", "&#39;")),
  "html with hex numbers": (value) => bytes(html(value).replaceAll("'", "&#x27;")),
  utf16: (value) => Buffer.from(value, "utf16le"),
  "utf16 the other way": (value) => Buffer.from(value, "utf16le").swap16(),
  ...eachAlignment("base64 of base64", (text) => base64(`auth: ${base64(text)}`)),
  ...eachAlignment("base64 of base64url", (text) => base64(`auth: ${base64url(text)}`)),
  ...eachPlace("base64 of utf16", (value, before) => Buffer.from(`${before}${value}`, "utf16le").toString("base64")),
  ...eachPlace("base64 of json", (value, before) => base64(`${before}${JSON.stringify({ value })}`)),
  ...eachPlace("base64 of url", (value, before) => base64(`${before}q=${encodeURIComponent(value)}`)),
  ...eachAlignment("url of base64", (text) => encodeURIComponent(base64(text))),
  ...eachAlignment("json of base64", (text) => base64(text).replaceAll("/", "\\/")),
  "url of json": (value) => bytes(encodeURIComponent(JSON.stringify({ value }))),
  "html of json": (value) => bytes(html(JSON.stringify({ value }))),
};

/** Behind no byte, one and two. */
function eachAlignment(name: string, write: (text: string) => string): typeof writers {
  return eachPlace(name, (value, before) => write(`${before}${value}`));
}

function eachPlace(name: string, write: (value: string, before: string) => string): typeof writers {
  return Object.fromEntries(
    ["", "u", "us"].map((before, at) => [`${name} at ${at}`, (value: string) => bytes(write(value, before))]),
  );
}

const quoted = new Map<string, Buffer>();

function printfQ(value: string): Buffer {
  const env = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", value };
  const text = quoted.get(value) ?? execFileSync("bash", ["--norc", "-c", 'printf %q "$value"'], { env });
  quoted.set(value, text);
  return text;
}
