/** What a server of the Redis protocol (RESP 2) may answer to the commands used here; arrays are not among them. */
export type RedisValue = string | number | null;

export type RedisReply =
  | { readonly kind: "value"; readonly value: RedisValue }
  /** the first word of the error, `WRONGPASS` say; the rest may quote the command and is dropped */
  | { readonly kind: "error"; readonly code: string };

export function writeCommand(words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join("")}`);
}

/** The first reply in `bytes` and its length; undefined while it is not whole. Throws when it is no such protocol. */
export function readReply(bytes: Buffer): { readonly reply: RedisReply; readonly bytes: number } | undefined {
  const end = bytes.indexOf("\r\n");
  if (end < 0) return undefined;
  const line = bytes.toString("utf8", 1, end);
  const after = end + 2;
  switch (String.fromCharCode(bytes[0] ?? 0)) {
    case "+":
      return { reply: { kind: "value", value: line }, bytes: after };
    case ":":
      return { reply: { kind: "value", value: Number(line) }, bytes: after };
    case "-":
      return { reply: { kind: "error", code: line.split(" ")[0] ?? "" }, bytes: after };
    case "$":
      return readBulk(bytes, Number(line), after);
    default:
      throw new Error("not the redis protocol");
  }
}

function readBulk(bytes: Buffer, length: number, start: number) {
  if (length === -1) return { reply: { kind: "value", value: null } as const, bytes: start };
  if (!Number.isInteger(length) || length < 0) throw new Error("not the redis protocol");
  if (bytes.length < start + length + 2) return undefined;
  const value = bytes.toString("utf8", start, start + length);
  return { reply: { kind: "value", value } as const, bytes: start + length + 2 };
}
