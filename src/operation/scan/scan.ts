import { walk, type FileEntry, type LeftOut } from "#corpus";
import { matcherOf, scanStream, type LeakFinding } from "#leak";
import type { Context } from "../context.ts";
import { openNeedles, type OpenNeedles } from "./open-needles.ts";
import { searchAll } from "./search-tree.ts";
import type { Searched } from "./search-files.ts";

export interface ScanRequest {
  readonly environment?: string;
  readonly target: ScanTarget;
}

export type ScanTarget =
  /** `folder` is where relative paths begin */
  | { readonly kind: "tree"; readonly folder: string; readonly paths: readonly string[] }
  | { readonly kind: "stream"; readonly stream: AsyncIterable<Uint8Array> };

/** Where values stand, and what was not looked at; never a value, nothing of a file's content. */
export interface ScanResult extends Omit<OpenNeedles, "needles">, Searched {}

/** Looks for every sensitive value of the store, in every form. */
export async function scan(context: Context, { environment, target }: ScanRequest): Promise<ScanResult> {
  const { needles, ...opened } = await openNeedles(context, {
    action: "value.scan",
    detail: { of: target.kind, ...(target.kind === "tree" ? { paths: target.paths } : {}) },
    ...(environment === undefined ? {} : { environment }),
  });
  const searched = await search(context, needles, target);
  return { ...opened, ...searched, findings: searched.findings.toSorted(byPlace) };
}

function search({ home }: Context, needles: OpenNeedles["needles"], target: ScanTarget): Promise<Searched> {
  switch (target.kind) {
    case "tree":
      return searchTree(needles, target, home);
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
  const found = scanStream(matcherOf(needles), "<stdin>");
  const findings: LeakFinding[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    findings.push(...found.write(chunk));
  }
  return { files: 1, bytes, findings: [...findings, ...found.end()], left: [] };
}

function byPlace(a: LeakFinding, b: LeakFinding): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.offset - b.offset;
}
