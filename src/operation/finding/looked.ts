import { realpath } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { repositoryAt, repositoryFinder, type LeftOut, type Repository } from "#corpus";
import type { FoundPlace, KeptFinding } from "#store";
import type { Context } from "../context.ts";
import type { GitTarget } from "../scan/search-git.ts";
import type { ScanTarget } from "../scan/target.ts";

/** Where a place is, whoever looks at it. */
interface Placed extends Pick<FoundPlace, "kind" | "where" | "path"> {
  readonly root: string;
}

/** What a scan looked at: how its paths are kept, and of which places it can say that nothing stands there any more. */
export interface Looked {
  readonly machine: string;
  placed(path: string): Promise<Placed>;
  covers(finding: KeptFinding): boolean;
}

/**
 * Nothing where there is no place to keep: a stream without a label, and what is staged, which is in no commit yet and is found
 * again in the files.
 */
export async function lookedAt(
  context: Pick<Context, "processEnvironment">,
  target: ScanTarget,
  { label, left }: { readonly label?: string; readonly left: readonly LeftOut[] },
): Promise<Looked | undefined> {
  const machine = hostname();
  const at = { machine, left, variables: context.processEnvironment };
  switch (target.kind) {
    case "tree":
      return treeLooked(target, at);
    case "git":
      return target.select.kind === "staged" ? undefined : gitLooked(target, at);
    case "stream":
      return label === undefined ? undefined : streamLooked(label, at);
  }
}

interface At {
  readonly machine: string;
  readonly left: readonly LeftOut[];
  readonly variables: Context["processEnvironment"];
}

/** A file of a repository counts from its top, so that it is the same from whatever folder it was scanned. */
async function treeLooked(
  { folder, paths }: Extract<ScanTarget, { kind: "tree" }>,
  { machine, left, variables }: At,
): Promise<Looked> {
  const named = await Promise.all(paths.map(async (path) => ({ path, real: await realpath(resolve(folder, path)) })));
  const find = repositoryFinder({ variables });
  const realOf = (path: string) => realPath(path, named);
  const missed = left.map(({ path }) => realOf(outermost(path)).replace(/\/$/, ""));
  return {
    machine,
    placed: async (path) => {
      const real = realOf(path);
      const repository = await find(real);
      if (repository?.top === undefined) return { kind: "tree", where: machine, path: real, root: "/" };
      const { top } = repository;
      return { kind: "tree", where: addressOf(repository, machine), path: real.slice(top.length + 1), root: top };
    },
    covers: ({ place: { kind, path }, machine: by, root }) => {
      if (kind !== "tree" || by !== machine) return false;
      const real = root === "/" ? path : `${root}/${path}`;
      return named.some((one) => isWithin(real, one.real)) && !missed.some((one) => isWithin(real, one));
    },
  };
}

/** Of a whole history alone: a range and a shallow clone leave out what may have it. */
async function gitLooked({ folder, select }: GitTarget, { machine, left, variables }: At): Promise<Looked> {
  const repository = (await repositoryAt(folder, { variables })) ?? { folder };
  const where = addressOf(repository, machine);
  const root = repository.folder;
  const isWhole = select.kind === "all" && !left.some(({ reason }) => /^(?:shallow|partial) clone$/.test(reason));
  const missed = left.map(({ path }) => outermost(path));
  return {
    machine,
    placed: async (path) => ({ kind: "git", where, path, root }),
    covers: ({ place: { kind, path }, machine: by, root: its }) =>
      isWhole && kind === "git" && by === machine && its === root && !missed.some((one) => isWithin(path, one)),
  };
}

function streamLooked(label: string, { machine, left }: At): Looked {
  return {
    machine,
    placed: async (path) => ({ kind: "stream", where: label, path: path.replace(/^<stdin>!?/, ""), root: "" }),
    covers: ({ place: { kind, where } }) => kind === "stream" && where === label && left.length === 0,
  };
}

function addressOf({ address, top, folder }: Repository, machine: string): string {
  return address ?? `${machine}:${top ?? folder}`;
}

/** A told path begins as it was named, and that may lead through a link. */
function realPath(told: string, named: readonly { readonly path: string; readonly real: string }[]): string {
  const fits = named.flatMap(({ path, real }) => {
    if (told === path) return [{ length: path.length, real }];
    const begin = path === "." ? "" : `${path.replace(/\/+$/, "")}/`;
    const below = real === "/" ? "/" : `${real}/`;
    return told.startsWith(begin) ? [{ length: begin.length, real: `${below}${told.slice(begin.length)}` }] : [];
  });
  return fits.toSorted((a, b) => b.length - a.length)[0]?.real ?? told;
}

/** Of what was unpacked in part nothing is sure: the file itself counts as not looked at. */
function outermost(path: string): string {
  return path.split("!", 1)[0] ?? path;
}

function isWithin(path: string, place: string): boolean {
  const base = place === "/" ? "" : place;
  return path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}!`);
}
