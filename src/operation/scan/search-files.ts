import { chunkReader, type FileEntry, type LeftOut } from "#corpus";
import { matcherOf, scanBytes, scanStream, type LeakFinding, type Matcher, type Needles, type Scan } from "#leak";

/** Where a value stands, and in a repository's history since when. */
export interface ScanFinding extends LeakFinding {
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
  readonly findings: readonly ScanFinding[];
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
export function searchFiles(needles: Needles): (files: readonly FileEntry[]) => Searched {
  const matcher = matcherOf(needles);
  const read = chunkReader();
  return (files) => joinSearched(files.map((file) => searchFile(matcher, read, file)));
}

function searchFile(matcher: Matcher, read: ReturnType<typeof chunkReader>, file: FileEntry): Searched {
  const findings: LeakFinding[] = [];
  let bytes = 0;
  let scan: Scan | undefined;
  const left = read(file, (chunk, last) => {
    bytes += chunk.byteLength;
    if (scan === undefined && last) return void findings.push(...scanBytes(matcher, file.path, chunk));
    scan ??= scanStream(matcher, file.path);
    findings.push(...scan.write(chunk));
    if (last) findings.push(...scan.end());
  });
  return { files: left === undefined ? 1 : 0, bytes, findings, left: left === undefined ? [] : [left] };
}
