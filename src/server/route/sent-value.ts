import { AppError, Sensitive } from "#kernel";

interface Content {
  readonly value?: string | undefined;
  readonly base64?: string | undefined;
}

/** A value as a body has it; `isLine`: a final line feed is no part of it. */
export function valueOf({ value, base64 }: Content, isLine = false): Sensitive {
  const cut = (bytes: Buffer) => Sensitive.of(isLine && bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes);
  if (value !== undefined && base64 === undefined) return cut(Buffer.from(value, "utf8"));
  if (base64 !== undefined && value === undefined) return cut(Buffer.from(base64, "base64"));
  throw new AppError("REQUEST_INVALID", "a value is given as `value` or as `base64`, and not as both");
}

export interface Place {
  readonly service?: string | undefined;
  readonly host?: string | undefined;
}

export function scopeOf({ service, host }: Place) {
  return { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
}
