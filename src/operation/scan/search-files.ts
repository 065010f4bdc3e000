import { archiveKind, chunkReader, headLength, openFile, type FileEntry, type LeftOut } from "#corpus";
import { systemCode } from "#kernel";
import {
  searchBytes,
  scanStream,
  type CredentialFinding,
  type Found,
  type LeakFinding,
  type Matcher,
  type Scan,
} from "#leak";
import { allowanceFor, searchPacked } from "./search-packed.ts";
import { takeTurns } from "./take-turns.ts";

/** Where a value stands, and in a repository's history since when. */
export interface ScanFinding extends LeakFinding, InHistory {}

/** The same of a credential that is known by its format alone. */
export interface CredentialPlace extends CredentialFinding, InHistory {}

interface InHistory {
  readonly git?: {
    readonly object: string;
    /** the oldest that has it; absent for what is staged, and for what no branch leads to */
    readonly commit?: string;
    /** of that commit, milliseconds */
    readonly at?: number;
    /** the last commit has it as well */
    readonly present?: boolean;
  };
}

/** What was found in some files, or objects of a repository. */
export interface Searched {
  readonly files: number;
  readonly bytes: number;
  readonly findings: readonly (ScanFinding | CredentialPlace)[];
  readonly left: readonly LeftOut[];
}

export function joinSearched(all: readonly Searched[]): Searched {
  return {
    files: all.reduce((sum, { files }) => sum + files, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    findings: all.flatMap(({ findings }) => findings),
    left: all.flatMap(({ left }) => left),
  };
}

/** Looks into files one after the other; the buffer is used again for each. */
export function searchFiles(matcher: Matcher): (files: readonly FileEntry[]) => Promise<Searched> {
  const read = chunkReader();
  return async (files) => {
    const all: Searched[] = [];
    const turn = takeTurns();
    for (const file of files) {
      const search = searchFile(matcher, read, file);
      let step = search.next();
      // nearly every file is one step: no turn of the event loop is spent on it
      for (; step.done !== true; step = search.next()) await turn();
      all.push(step.value === "archive" ? await searchArchive(matcher, file) : step.value);
    }
    return joinSearched(all);
  };
}

function* searchFile(
  matcher: Matcher,
  read: ReturnType<typeof chunkReader>,
  file: FileEntry,
): Generator<undefined, Searched | "archive"> {
  const findings: Found[] = [];
  let bytes = 0;
  let scan: Scan | undefined;
  let isArchive = false;
  const left = yield* read(file, (chunk, last) => {
    if (bytes === 0 && archiveKind(chunk.subarray(0, headLength)) !== undefined) {
      isArchive = true;
      return "stop";
    }
    bytes += chunk.byteLength;
    if (scan === undefined && last) findings.push(...searchBytes(matcher, file.path, chunk));
    else {
      scan ??= scanStream(matcher, file.path);
      findings.push(...scan.write(chunk));
      if (last) findings.push(...scan.end());
    }
    return "go on";
  });
  if (isArchive) return "archive";
  return { files: left === undefined ? 1 : 0, bytes, findings, left: left === undefined ? [] : [left] };
}

async function searchArchive(matcher: Matcher, file: FileEntry): Promise<Searched> {
  const { path } = file;
  try {
    const access = openFile(file);
    try {
      const packed = { path, chunks: access.chunks(), random: access };
      return { files: 1, bytes: access.size, ...(await searchPacked(matcher, packed, allowanceFor(access.size))) };
    } finally {
      access.close();
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return { files: 0, bytes: 0, findings: [], left: [{ path, reason: "unreadable" }] };
  }
}
