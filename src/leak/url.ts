/** Percent-encoded, in both cases of the hex digits; each set is what one kind of writer leaves alone. */
export function urlTexts(value: Uint8Array): readonly string[] {
  // a URL's reader drops tabs and line ends
  const oneLine = value.filter((byte) => byte !== 9 && byte !== 10 && byte !== 13);
  const texts = [value, oneLine].flatMap((bytes) =>
    reserved.flatMap((set) => [percent(bytes, set), percent(bytes, set, (hex) => hex.toLowerCase())]),
  );
  return [...texts, ...texts.map((text) => text.replaceAll("%20", "+"))];
}

/** As `encodeURIComponent` writes it. */
export function urlComponent(value: Uint8Array): string {
  return percent(value, /[^A-Za-z0-9\-._~!'()*]/g);
}

/** RFC 3986; encodeURIComponent; HTML forms; encodeURI; a password and a query in the URL standard, which keep `%` */
const reserved: readonly RegExp[] = [
  /[^A-Za-z0-9\-._~]/g,
  /[^A-Za-z0-9\-._~!'()*]/g,
  /[^A-Za-z0-9\-._*]/g,
  /[^A-Za-z0-9\-._~!'()*;,/?:@&=+$#]/g,
  /[^A-Za-z0-9\-._~!'()*,&+$%]/g,
  /[^!$-&(-;=?-~]/g,
];

function percent(value: Uint8Array, set: RegExp, digits = (hex: string) => hex): string {
  const text = Buffer.from(value).toString("latin1");
  return text.replace(set, (one) => `%${digits(one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0"))}`);
}
