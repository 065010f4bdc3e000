import { timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

const redacted = "[redacted]";

/**
 * Bytes that must not be seen. Every string form (template, JSON, inspect, error text) is `[redacted]`; `reveal()` is
 * the only exit, and a test lists its call sites.
 */
export class Sensitive {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Copies; text is taken as UTF-8. */
  static of(value: Uint8Array | string): Sensitive {
    return new Sensitive(typeof value === "string" ? Buffer.from(value, "utf8") : Uint8Array.from(value));
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** A copy of the bytes. Call as late as possible, and pass them on by stdin or a 0600 file only. */
  reveal(): Buffer {
    return Buffer.from(this.#bytes);
  }

  /** Same bytes; the time taken depends on the length only. */
  equals(other: Sensitive): boolean {
    return this.byteLength === other.byteLength && timingSafeEqual(this.#bytes, other.#bytes);
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [Symbol.toPrimitive](): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
