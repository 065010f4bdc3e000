import { Sensitive } from "#kernel";

const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Behind `API`, and of the secret, which then has more than 256 bits. */
const lengths = { key: 12, secret: 43 } as const;

/**
 * A key and its secret in the form in which `livekit-server generate-keys` makes them: `API` and 12 letters and digits, and 43 of
 * them. Nobody else has to know it: a server takes whatever its own configuration names.
 */
export function makeLiveKitPair(random: (size: number) => Buffer): {
  readonly key: Sensitive;
  readonly secret: Sensitive;
} {
  return {
    key: Sensitive.of(`API${word(lengths.key, random)}`),
    secret: Sensitive.of(word(lengths.secret, random)),
  };
}

/** Every sign as likely as any other: what is left of a byte's range is thrown again. */
function word(length: number, random: (size: number) => Buffer): string {
  const most = 256 - (256 % signs.length);
  let text = "";
  while (text.length < length) {
    for (const byte of random(length)) if (byte < most && text.length < length) text += signs[byte % signs.length];
  }
  return text;
}
