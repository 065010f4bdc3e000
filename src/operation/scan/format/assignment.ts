/** A text behind a name, as programs and configuration files assign one. */
export interface Assigned {
  readonly value: string;
  /** characters from the end of the name */
  readonly at: number;
  /** `plain`: behind `=`, as in an environment file; `loose`: without quotes, where it may be a program's own word */
  readonly form: "quoted" | "plain" | "loose";
}

// up to three: JSON in JSON
const quote = String.raw`(?:\\{0,3}["'\x60])`;
const text = String.raw`([^\s"'\x60\\<>,;]{8,200})`;
/** `]` of `environ["NAME"]`, a type of TypeScript */
const named = String.raw`${quote}?\]?(?:\??:\s?string)?`;

const forms: readonly (readonly [Assigned["form"], RegExp])[] = [
  [
    "quoted",
    new RegExp(String.raw`^${named}[ \t]{0,20}(?:\?\?=|\|\|=|:=|\?=|=>|=|:)[ \t]{0,20}[bru@]?${quote}${text}${quote}`),
  ],
  ["plain", new RegExp(String.raw`^=${text}(?=["'\x60\s;,&<\\]|$)`)],
  // setenv("NAME", "value"); <NAME>value</NAME>; <add key="NAME" value="value"/>
  ["loose", new RegExp(String.raw`^${quote}[ \t]{0,4},[ \t]{0,4}${quote}${text}${quote}`)],
  ["loose", new RegExp(String.raw`^>[ \t]{0,4}${text}[ \t]{0,4}</`)],
  ["loose", new RegExp(String.raw`^["'][ \t]{1,4}value=["']${text}["']`)],
  // INI
  ["loose", new RegExp(String.raw`^[ \t]{1,20}=[ \t]{1,20}${text}(?=\s|$)`)],
  // YAML, a header; a value on the line below, as Kubernetes has it
  ["loose", new RegExp(String.raw`^${quote}?[ \t]{0,4}:[ \t]{1,20}${text}(?=["'\x60\s,;]|$)`)],
  ["loose", new RegExp(String.raw`^["']?[ \t]*\r?\n[ \t]*value:[ \t]{1,4}["']?${text}["']?[ \t]*(?:\r?\n|$)`)],
];

/** What stands behind a name; nothing where it is a call, a reference, or what is filled in later. */
export function assignedBehind(behind: string): Assigned | undefined {
  for (const [form, pattern] of forms) {
    const [whole, value] = pattern.exec(behind) ?? [];
    if (whole === undefined || value === undefined) continue;
    return isFilledIn(value) || isName(value) ? undefined : { value, at: whole.lastIndexOf(value), form };
  }
  return undefined;
}

/** Another variable's: in a list of names, or read by it. */
function isName(value: string): boolean {
  return /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value) && !/\d{3}/.test(value);
}

/** `${NAME}`, `$NAME`, `%NAME%`, `{{ name }}`, `f(x)`, `list[0]`: another text will stand there. */
function isFilledIn(value: string): boolean {
  return /[${}()[\]*|]|^%\w+%$|^@|%[sdv]|\.{3}|…/.test(value);
}
