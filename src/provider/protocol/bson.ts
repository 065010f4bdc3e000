/** The few types of BSON that a login needs (bsonspec.org); others are passed over. */
export interface Document {
  readonly [name: string]: BsonValue;
}

export type BsonValue = number | string | boolean | Uint8Array | Document | undefined;

export function encodeBson(document: Document): Buffer {
  const elements = Object.entries(document).map(([name, value]) => element(name, value));
  const body = Buffer.concat([...elements, Buffer.of(0)]);
  return Buffer.concat([int32(body.byteLength + 4), body]);
}

/** RangeError for bytes that are none. Arrays come as documents whose names are numbers. */
export function decodeBson(bytes: Buffer): Document {
  const end = bytes.readInt32LE(0) - 1;
  if (end < 4 || end >= bytes.byteLength) throw new RangeError("no document");
  const found: [string, BsonValue][] = [];
  for (let at = 4; at < end;) {
    const type = bytes.readUInt8(at);
    const close = bytes.indexOf(0, at + 1);
    if (close === -1) throw new RangeError("a name has no end");
    const size = sizeOf(type, bytes, close + 1);
    const raw = bytes.subarray(close + 1, close + 1 + size);
    if (raw.byteLength !== size) throw new RangeError("a value has no end");
    found.push([bytes.toString("utf8", at + 1, close), valueOf(type, raw)]);
    at = close + 1 + size;
  }
  return Object.fromEntries(found);
}

function element(name: string, value: BsonValue): Buffer {
  const [type, bytes] = typed(value);
  return Buffer.concat([Buffer.of(type), Buffer.from(`${name}\0`, "utf8"), bytes]);
}

function typed(value: BsonValue): readonly [number, Buffer] {
  if (typeof value === "number") return [0x10, int32(value)];
  if (typeof value === "boolean") return [0x08, Buffer.of(value ? 1 : 0)];
  if (value instanceof Uint8Array) return [0x05, Buffer.concat([int32(value.byteLength), Buffer.of(0), value])];
  if (typeof value === "object") return [0x03, encodeBson(value)];
  if (value === undefined) return [0x0a, Buffer.alloc(0)];
  const text = Buffer.from(`${value}\0`, "utf8");
  return [0x02, Buffer.concat([int32(text.byteLength), text])];
}

const fixed: Readonly<Record<number, number>> = {
  0x01: 8,
  0x06: 0,
  0x07: 12,
  0x08: 1,
  0x09: 8,
  0x0a: 0,
  0x10: 4,
  0x11: 8,
  0x12: 8,
  0x13: 16,
};

/** Bytes of a value that begins at `at`. */
function sizeOf(type: number, bytes: Buffer, at: number): number {
  const known = fixed[type];
  if (known !== undefined) return known;
  const length = bytes.readInt32LE(at);
  const size = type === 0x02 ? length + 4 : type === 0x05 ? length + 5 : type === 0x03 || type === 0x04 ? length : -1;
  if (length < 0 || size < 0) throw new RangeError("a type that is not known here");
  return size;
}

function valueOf(type: number, raw: Buffer): BsonValue {
  switch (type) {
    case 0x01:
      return raw.readDoubleLE(0);
    case 0x02:
      return raw.toString("utf8", 4, raw.byteLength - 1);
    case 0x03:
    case 0x04:
      return decodeBson(raw);
    case 0x05:
      return raw.subarray(5);
    case 0x08:
      return raw.readUInt8(0) === 1;
    case 0x10:
      return raw.readInt32LE(0);
    default:
      return undefined;
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
