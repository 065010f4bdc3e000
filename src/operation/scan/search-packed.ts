import { archiveKind, byteReader, headLength, unpack, type Allowance, type LeftOut, type Packed } from "#corpus";
import { isCredential, scanStream, type Found, type Matcher } from "#leak";
import { takeTurns } from "./take-turns.ts";

export interface PackedSearched {
  readonly findings: readonly Found[];
  readonly left: readonly LeftOut[];
}

interface Search {
  readonly matcher: Matcher;
  readonly allowance: Allowance;
  readonly depth: number;
  /** much of what is unpacked comes without a turn of the event loop */
  readonly turn: () => Promise<void>;
}

/** an archive in an archive, and so on: a layer of an image with a wheel in it is four */
const deepest = 8;

/** Looks through a stream of bytes, and through what was packed into it. */
export function searchPacked(matcher: Matcher, packed: Packed, allowance: Allowance): Promise<PackedSearched> {
  return search({ matcher, allowance, depth: 0, turn: takeTurns() }, packed);
}

/** What a file of this size may unpack to: far more than honest ones do. Bytes. */
export function allowanceFor(size: number): Allowance {
  return { left: 256 * 1024 * 1024 + 100 * size };
}

async function search(state: Search, packed: Packed): Promise<PackedSearched> {
  const reader = byteReader(packed.chunks);
  const kind = archiveKind(await reader.peek(headLength));
  const raw = scanStream(state.matcher, packed.path);
  const own: Found[] = [];
  const passing = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of reader.chunks()) {
      own.push(...raw.write(chunk));
      await state.turn();
      yield chunk;
    }
  };
  const chunks = passing();
  const inner = kind === undefined ? nothing : await searchInside(state, { ...packed, chunks }, kind);
  for await (const rest of chunks) void rest;
  own.push(...raw.end());
  return { findings: [...notWithin(own, inner.findings), ...inner.findings], left: inner.left };
}

const nothing: PackedSearched = { findings: [], left: [] };

async function searchInside(
  state: Search,
  packed: Packed,
  kind: Parameters<typeof unpack>[1],
): Promise<PackedSearched> {
  if (state.depth === deepest) {
    return { findings: [], left: [{ path: packed.path, reason: "archives in archives, too deep" }] };
  }
  const findings: Found[] = [];
  const left: LeftOut[] = [];
  for await (const unpacked of unpack(packed, kind, state.allowance)) {
    if (unpacked.kind === "left") left.push(unpacked.left);
    else {
      const searched = await search({ ...state, depth: state.depth + 1 }, unpacked.file);
      findings.push(...searched.findings);
      left.push(...searched.left);
    }
  }
  return { findings, left };
}

/** What stands in an archive as it is was found in one of its files as well, and is told there. */
function notWithin(own: readonly Found[], inner: readonly Found[]): readonly Found[] {
  const known = new Set(inner.map(keyOf));
  return own.filter((finding) => !known.has(keyOf(finding)));
}

function keyOf(found: Found): string {
  if (isCredential(found)) return JSON.stringify([found.format, found.tag]);
  const { name, version, environment, scope, encoding } = found;
  return JSON.stringify([name, version, environment, scope, encoding]);
}
