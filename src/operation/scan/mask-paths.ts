import type { LeftOut } from "#corpus";
import { lineMask, matcherOf, type Needles } from "#leak";
import type { ScanFinding } from "./search-files.ts";
import type { ToldCredential } from "./sift-credentials.ts";

interface Places {
  readonly findings: readonly ScanFinding[];
  readonly credentials: readonly ToldCredential[];
  readonly left: readonly LeftOut[];
}

/** A file may be named by what it holds: its path is told with the value's name in place of the value. */
export function maskPaths({ findings, credentials, left }: Places, needles: Needles): Places {
  const mask = lineMask(() => matcherOf(needles));
  const masked = <T extends { readonly path: string }>(all: readonly T[]): readonly T[] =>
    all.map((one) => ({ ...one, path: mask(one.path) }));
  const listed = masked(credentials).map((one) => ({ ...one, listed: mask(one.listed) }));
  return { findings: masked(findings), credentials: listed, left: masked(left) };
}
