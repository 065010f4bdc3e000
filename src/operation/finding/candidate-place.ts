import type { SeenState } from "#store";
import type { ScanFinding } from "../scan/search-files.ts";
import type { Looked } from "./looked.ts";
import { seenBy } from "./seen.ts";

/** Where a candidate of a kit stands, for the store that may know it: place and form, and nothing of the text. */
export interface CandidatePlace extends SeenState {
  /** the digest that it is asked about by */
  readonly span: string;
  readonly encoding: string;
}

export async function candidatePlaces(
  looked: Looked,
  found: readonly ScanFinding[],
): Promise<readonly CandidatePlace[]> {
  const spans = new Set(found.flatMap(({ candidate }) => candidate?.spans ?? []));
  const all: CandidatePlace[] = [];
  for (const span of spans) {
    const own = found.filter(({ candidate }) => candidate?.spans.includes(span) === true);
    for (const { thing, accepted: _, ...state } of await seenBy(looked, own, (text) => text)) {
      if (thing.kind === "value") all.push({ ...state, span, encoding: thing.encoding });
    }
  }
  return all;
}
