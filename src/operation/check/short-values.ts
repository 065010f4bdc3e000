import type { BoundTarget } from "#binding";
import type { Finding } from "#kernel";
import { isSearchable } from "#leak";

/** Secrets that services are given and no scan finds, no mask hides. Each name once. */
export function shortValues(targets: readonly BoundTarget[]): readonly Finding[] {
  const short = targets.flatMap(({ variables }) =>
    variables.filter(({ sensitive, value }) => sensitive && value.byteLength > 0 && !isSearchable(value.reveal())),
  );
  return [...new Set(short.map(({ name }) => name))].map((name) => ({
    severity: "warning",
    code: "too-short",
    message: `${name} is shorter than 8 bytes: it can be neither found nor masked`,
  }));
}
