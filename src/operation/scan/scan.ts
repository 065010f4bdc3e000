import { walk, type FileEntry, type LeftOut } from "#corpus";
import { matcherOf } from "#leak";
import type { Context } from "../context.ts";
import { openNeedles, type OpenNeedles } from "./open-needles.ts";
import type { ScanFinding, Searched } from "./search-files.ts";
import { searchGit, type GitTarget } from "./search-git.ts";
import { allowanceFor, searchPacked } from "./search-packed.ts";
import { searchAll } from "./search-tree.ts";

export interface ScanRequest {
  readonly environment?: string;
  readonly target: ScanTarget;
}

export type ScanTarget =
  /** `folder` is where relative paths begin */
  | { readonly kind: "tree"; readonly folder: string; readonly paths: readonly string[] }
  | { readonly kind: "stream"; readonly stream: AsyncIterable<Uint8Array> }
  | GitTarget;

/** Where values stand, and what was not looked at; never a value, nothing of a file's content. */
export interface ScanResult extends Omit<OpenNeedles, "needles">, Searched {
  readonly of: ScanTarget["kind"];
}

/** Looks for every sensitive value of the store, in every form. */
export async function scan(context: Context, { environment, target }: ScanRequest): Promise<ScanResult> {
  const { needles, ...opened } = await openNeedles(context, {
    action: "value.scan",
    detail: { of: target.kind, ...detailOf(target) },
    ...(environment === undefined ? {} : { environment }),
  });
  const searched = await search(context, needles, target);
  return { of: target.kind, ...opened, ...searched, findings: searched.findings.toSorted(byPlace) };
}

function detailOf(target: ScanTarget): Readonly<Record<string, string | readonly string[]>> {
  if (target.kind === "tree") return { paths: target.paths };
  return target.kind === "git" ? { repository: target.folder, select: target.select.kind } : {};
}

function search(context: Context, needles: OpenNeedles["needles"], target: ScanTarget): Promise<Searched> {
  switch (target.kind) {
    case "tree":
      return searchTree(needles, target, context.home);
    case "git":
      return searchGit(needles, target, { variables: context.processEnvironment });
    case "stream":
      return searchStream(needles, target.stream);
  }
}

async function searchTree(
  needles: OpenNeedles["needles"],
  { folder, paths }: Extract<ScanTarget, { kind: "tree" }>,
  own: string,
): Promise<Searched> {
  const left: LeftOut[] = [];
  const files = function* (): Generator<FileEntry> {
    for (const path of paths) {
      for (const walked of walk(path, { folder, own })) {
        if (walked.kind === "file") yield walked.file;
        else left.push(walked.left);
      }
    }
  };
  const searched = await searchAll(needles, files());
  return { ...searched, left: [...left, ...searched.left] };
}

async function searchStream(needles: OpenNeedles["needles"], stream: AsyncIterable<Uint8Array>): Promise<Searched> {
  let bytes = 0;
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  // how large it will be nobody knows
  const allowance = allowanceFor(streamSize);
  const found = await searchPacked(matcherOf(needles), { path: "<stdin>", chunks: chunks() }, allowance);
  return { files: 1, bytes, ...found };
}

const streamSize = 1024 * 1024 * 1024;

function byPlace(a: ScanFinding, b: ScanFinding): number {
  const ages = (a.git?.at ?? 0) - (b.git?.at ?? 0);
  return a.path < b.path ? -1 : a.path > b.path ? 1 : ages || a.offset - b.offset;
}
