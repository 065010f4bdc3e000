/** In both byte orders, as Windows writes text; nothing where the value is no UTF-8 text. */
export function utf16(value: Buffer): readonly Buffer[] {
  const text = value.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(value)) return [];
  const little = Buffer.from(text, "utf16le");
  return [little, Buffer.from(little).swap16()];
}
