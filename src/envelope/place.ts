/**
 * Where a sealed thing belongs. It is authenticated with the ciphertext, so a row that was moved to another name, scope,
 * version, environment or store no longer opens.
 */
export interface Place {
  readonly kind: "value" | "data-key" | "root-key" | "signing-key" | "key-check";
  readonly store: string;
  readonly environment?: string;
  readonly name?: string;
  readonly service?: string;
  readonly host?: string;
  /** the version's number, or the release's */
  readonly number?: number;
  /** the target of a release, for values that are kept with it */
  readonly target?: string;
}

const format = "keyturn/1";

/** Additional authenticated data: every field with its length before it, so no two places share their bytes. */
export function placeBytes(place: Place, keyId: string): Buffer {
  return tuple([
    format,
    place.kind,
    place.store,
    place.environment ?? "",
    place.name ?? "",
    place.service ?? "",
    place.host ?? "",
    place.number === undefined ? "" : String(place.number),
    place.target ?? "",
    keyId,
  ]);
}

/** u32be count, then u32be length and bytes of each part; injective. */
export function tuple(parts: readonly (string | Uint8Array)[]): Buffer {
  const chunks: Uint8Array[] = [u32(parts.length)];
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part, "utf8") : part;
    chunks.push(u32(bytes.byteLength), bytes);
  }
  return Buffer.concat(chunks);
}

/** The parts of a tuple, or undefined when the bytes are none. */
export function untuple(bytes: Uint8Array): readonly Buffer[] | undefined {
  const buffer = Buffer.from(bytes);
  if (buffer.byteLength < 4) return undefined;
  const parts: Buffer[] = [];
  let offset = 4;
  for (let left = buffer.readUInt32BE(0); left > 0; left -= 1) {
    if (offset + 4 > buffer.byteLength) return undefined;
    const end = offset + 4 + buffer.readUInt32BE(offset);
    if (end > buffer.byteLength) return undefined;
    parts.push(buffer.subarray(offset + 4, end));
    offset = end;
  }
  return offset === buffer.byteLength ? parts : undefined;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
