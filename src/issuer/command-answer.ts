import { Sensitive, type AppError } from "#kernel";
import type { Issued } from "./issuer.ts";

/** One JSON document with a text for either name, and nothing else. */
export function pairIn(output: Buffer, name: string, companion: string, failure: () => AppError): Issued {
  const { [name]: value, [companion]: other, ...more } = objectIn(output);
  if (typeof value !== "string" || typeof other !== "string") throw failure();
  if (value === "" || other === "" || Object.keys(more).length > 0) throw failure();
  return { value: Sensitive.of(value), companion: Sensitive.of(other), notices: [] };
}

/** Of the line that the value stands on. */
export function withoutEnd(output: Buffer): Buffer {
  const length = ["\r\n", "\n"].find((end) => output.subarray(-end.length).toString("latin1") === end)?.length ?? 0;
  return output.subarray(0, output.length - length);
}

/** A word of success before the value, or behind it, would go to every service with it. What has lines of its own may have them. */
export function isOneValue(output: Buffer): boolean {
  const text = output.toString("latin1");
  return !/[\r\n]/.test(text) || text.startsWith("-----BEGIN ") || Object.keys(objectIn(output)).length > 0;
}

/** Whatever a command wrote may be a value, so that what it says beside it is shown without that. */
export function writtenIn(
  output: Buffer,
  [name = "", companion]: readonly (string | undefined)[],
): readonly (readonly [string, Sensitive])[] {
  const whole = [name, Sensitive.of(output.toString("utf8").trim())] as const;
  if (companion === undefined) return [whole];
  const texts = Object.values(objectIn(output)).filter((one) => typeof one === "string");
  return [whole, ...texts.map((text, index) => [`${name} ${index}`, Sensitive.of(text)] as const)];
}

function objectIn(output: Buffer): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(output.toString("utf8"));
    return typeof read === "object" && read !== null && !Array.isArray(read) ? { ...read } : {};
  } catch {
    return {};
  }
}
