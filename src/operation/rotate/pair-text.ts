import { dialects } from "#dialect";
import { AppError, type Sensitive } from "#kernel";
import type { Rotated } from "./pair.ts";

/** Both halves of a pair from `NAME=value` lines, as dotenv has them. USAGE where one is missing, or something else is there. */
export function readPairText(
  bytes: Uint8Array,
  { name, companion = "" }: Rotated,
): { readonly value: Sensitive; readonly companion: Sensitive } {
  const { entries } = dialects.dotenv.read(bytes);
  const found = new Map(entries.map((entry) => [entry.name, entry.value]));
  const [value, other] = [found.get(name), found.get(companion)];
  if (value !== undefined && other !== undefined && found.size === 2) return { value, companion: other };
  throw new AppError("USAGE", `expected two lines, ${companion}=… and ${name}=…`, {
    hint: "the two belong together; on a terminal they are asked for one after the other",
  });
}
