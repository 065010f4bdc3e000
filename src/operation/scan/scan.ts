import { walk, type FileEntry, type LeftOut } from "#corpus";
import { buildNeedles, isCredential, type Kit } from "#leak";
import type { Context } from "../context.ts";
import { keepFindings, type Kept } from "../finding/keep-findings.ts";
import { knownFormats, type FormatOptions } from "./format/known-formats.ts";
import { platformNames } from "./format/platform-names.ts";
import { maskPaths } from "./mask-paths.ts";
import { openNeedles, type OpenNeedles } from "./open-needles.ts";
import type { CredentialPlace, ScanFinding, Searched } from "./search-files.ts";
import { searchGit } from "./search-git.ts";
import { allowanceFor, searchPacked } from "./search-packed.ts";
import { searchAll, type FileSearch } from "./search-tree.ts";
import { siftCredentials, type ToldCredential } from "./sift-credentials.ts";
import type { ScanTarget } from "./target.ts";
import { matcherFor, type Wanted } from "./wanted.ts";

export interface ScanRequest {
  readonly environment?: string;
  readonly target: ScanTarget;
  /** the store's values, credentials of known formats, or both; formats alone need no store */
  readonly wanted?: "both" | "values" | "formats";
  /** candidates of this kit in place of the store's values, which takes no store; see `scanWithKit` */
  readonly kit?: Kit;
  /** what is found is kept in the store; a stream only under a label. Not by a kit, nor by formats alone: there is no store */
  readonly keep?: { readonly label?: string };
}

/** Where values and credentials stand, and what was not looked at; nothing of either, nothing of a file's content. */
export interface ScanResult extends Omit<OpenNeedles, "needles">, Omit<Searched, "findings"> {
  readonly of: ScanTarget["kind"];
  readonly wanted: "both" | "values" | "formats";
  /** values of the store */
  readonly findings: readonly ScanFinding[];
  readonly credentials: readonly ToldCredential[];
  /** how many of them are accepted */
  readonly accepted: number;
  /** what became of it in the store, where it was to be kept */
  readonly kept?: Kept;
}

/** Looks for every sensitive value of the store, in every form, and for credentials that it does not have. */
export async function scan(context: Context, request: ScanRequest): Promise<ScanResult> {
  const { target, wanted = "both", kit } = request;
  const search = searchOf(context, target);
  try {
    const formats = wanted === "values" ? undefined : await formatOptions(context);
    const { needles, ...opened } = await open(context, { ...request, wanted }, formats);
    const lookedFor = { needles, ...(formats === undefined ? {} : { formats }), ...(kit === undefined ? {} : { kit }) };
    const { findings: found, ...searched } = await search.search(lookedFor);
    const findings = found.flatMap((one) => (isCredential(one) ? [] : [one])).toSorted(byPlace);
    const { standing, ...sifted } = await siftCredentials(context, target, found.filter(isCredential));
    const credentials = sifted.credentials.toSorted(byPlace);
    const accepted = standing.length;
    const result = { of: target.kind, wanted, ...opened, ...searched, findings, credentials, accepted };
    const told = { ...result, ...maskPaths(result, needles) };
    if (request.keep === undefined || opened.environments.length === 0) return told;
    const kept = await keepFindings(context, { target, ...request.keep, needles, result, standing });
    return kept === undefined ? told : { ...told, kept };
  } finally {
    search.end();
  }
}

async function formatOptions(context: Context): Promise<FormatOptions> {
  const names = await platformNames(context);
  return { now: context.clock.now(), ...(names === undefined ? {} : { names }) };
}

async function open(
  context: Context,
  { environment, target, wanted, kit }: ScanRequest,
  options: FormatOptions | undefined,
): Promise<OpenNeedles> {
  const formats = options === undefined ? [] : knownFormats(options);
  if (wanted === "formats" || kit !== undefined) {
    return { needles: buildNeedles([], formats), environments: [], values: 0, unsearchable: [], unopened: [] };
  }
  return openNeedles(context, {
    action: "value.scan",
    detail: { of: target.kind, ...detailOf(target) },
    formats,
    ...(environment === undefined ? {} : { environment }),
  });
}

function detailOf(target: ScanTarget): Readonly<Record<string, string | readonly string[]>> {
  if (target.kind === "tree") return { paths: target.paths };
  return target.kind === "git" ? { repository: target.folder, select: target.select.kind } : {};
}

function searchOf(context: Context, target: ScanTarget): FileSearch {
  const end = () => undefined;
  switch (target.kind) {
    case "tree":
      return searchTree(target, context.home);
    case "git":
      return {
        search: (wanted) => searchGit(matcherFor(wanted), target, { variables: context.processEnvironment }),
        end,
      };
    case "stream":
      return { search: (wanted) => searchStream(wanted, target.stream), end };
  }
}

/** Begins to list files at once: opening the store takes as long. */
function searchTree({ folder, paths }: Extract<ScanTarget, { kind: "tree" }>, own: string): FileSearch {
  const left: LeftOut[] = [];
  const files = function* (): Generator<FileEntry> {
    for (const path of paths) {
      for (const walked of walk(path, { folder, own })) {
        if (walked.kind === "file") yield walked.file;
        else left.push(walked.left);
      }
    }
  };
  const all = searchAll(files());
  return {
    search: async (wanted) => {
      const searched = await all.search(wanted);
      return { ...searched, left: [...left, ...searched.left] };
    },
    end: () => all.end(),
  };
}

async function searchStream(wanted: Wanted, stream: AsyncIterable<Uint8Array>): Promise<Searched> {
  let bytes = 0;
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  // how large it will be nobody knows
  const allowance = allowanceFor(streamSize);
  const found = await searchPacked(matcherFor(wanted), { path: "<stdin>", chunks: chunks() }, allowance);
  return { files: 1, bytes, ...found };
}

const streamSize = 1024 * 1024 * 1024;

function byPlace(a: ScanFinding | CredentialPlace, b: ScanFinding | CredentialPlace): number {
  const ages = (a.git?.at ?? 0) - (b.git?.at ?? 0);
  return a.path < b.path ? -1 : a.path > b.path ? 1 : ages || a.offset - b.offset;
}
