import { catalogue, type Field, type Provider } from "#provider";
import { isChance, isMixed } from "./chance.ts";
import { spellings } from "./spelling.ts";

/** A part of a vendor's credential that looks like nothing in particular, so that what stands beside it has to tell. */
export interface VendorSecret {
  readonly provider: Provider;
  readonly field: Field;
  /** of variables, and of headers that no other vendor has */
  readonly names: readonly string[];
  readonly headers: readonly Header[];
  /** whether chance made a value of this shape */
  readonly fits: (value: string) => boolean;
}

/** Where the vendor's API takes it: `authorization`, `Token `. */
interface Header {
  readonly name: string;
  readonly scheme: string;
}

/** headers that many vendors have */
const common: ReadonlySet<string> = new Set(["authorization", "x-api-key", "api-key", "apikey"]);

/** what loose shapes take as well */
const words = "word-word_word.word-word_word.word-word";

const stand = "value-of-the-field";

/** Connection strings have a format of their own. */
export const vendorSecrets: readonly VendorSecret[] = catalogue
  .filter(({ probe }) => probe.kind !== "stream")
  .flatMap((provider) => provider.fields.filter(({ secret }) => secret).map((field) => vendorSecret(provider, field)));

/** As it is told: `deepgram API key, by its place`. */
export function nameOf({ provider, field }: VendorSecret): string {
  return `${provider.name} ${field.label}, by its place`;
}

function vendorSecret(provider: Provider, field: Field): VendorSecret {
  const headers = headersOf(provider, field);
  const own = headers.filter(({ name }) => !common.has(name)).flatMap(({ name }) => [name, titled(name)]);
  const names = [...new Set([...field.names.flatMap(spellings), ...own])];
  return { provider, field, names, headers, fits: fits(field) };
}

/** What has a prefix is judged by it. A shape that words have tells nothing: there it has to look like chance besides. */
function fits({ format }: Field): (value: string) => boolean {
  const { accepts = /^[\w-]{24,100}$/, mark, refuses = [] } = format ?? {};
  const loose = accepts.test(words);
  return (value) => {
    if (!accepts.test(value) || mark?.test(value) === true) return false;
    return !refuses.some(({ pattern }) => pattern.test(value)) && (loose ? isChance(value) : isMixed(value));
  };
}

function headersOf({ probe }: Provider, { id }: Field): readonly Header[] {
  if (probe.kind !== "http") return [];
  const { headers } = probe.call({ [id]: stand }, { base: new URL("https://localhost"), now: 0 });
  return Object.entries(headers)
    .filter(([, value]) => value.endsWith(stand))
    .map(([name, value]) => ({ name, scheme: value.slice(0, -stand.length) }));
}

function titled(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, (part) => part.toUpperCase());
}
