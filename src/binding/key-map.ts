import { Sensitive } from "#kernel";

export interface KeyPair {
  readonly key: Sensitive;
  readonly secret: Sensitive;
}

/**
 * A YAML map of keys and their secrets in one line, as livekit-server reads LIVEKIT_KEYS: `KEY: SECRET` of one pair, and a flow map
 * of more. Undefined where a value is no text: YAML has no other.
 */
export function keyMap(pairs: readonly KeyPair[]): Sensitive | undefined {
  const entries = pairs.map(({ key, secret }) => [scalar(key), scalar(secret)] as const);
  if (entries.some((entry) => entry.includes(undefined))) return undefined;
  const text = entries.map(([key, secret]) => `${key}: ${secret}`).join(", ");
  return Sensitive.of(entries.length === 1 ? text : `{${text}}`);
}

/** Letters and digits behind a letter, longer than any word that YAML has another meaning for. */
const plain = /^[A-Za-z][A-Za-z0-9]{5,}$/;

/** A text of JSON is one of YAML too. */
function scalar(value: Sensitive): string | undefined {
  const bytes = value.reveal();
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) return undefined;
  return plain.test(text) ? text : JSON.stringify(text);
}
