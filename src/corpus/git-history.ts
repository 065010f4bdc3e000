import { AppError } from "#kernel";
import { gitBytes, type GitOptions } from "./git.ts";
import type { LeftOut } from "./walk.ts";

/** A blob where a commit put it. */
export interface BlobPlace {
  readonly blob: string;
  readonly path: string;
  /** absent: staged and in no commit yet */
  readonly commit?: { readonly id: string; readonly at: number };
}

interface Where extends GitOptions {
  readonly folder: string;
}

interface HistoryRequest extends Where {
  /** every branch, tag, stash and reflog where none are named */
  readonly revisions?: readonly string[];
  /** those that merges have and none of their parents, instead of those that other commits brought */
  readonly merges?: boolean;
}

/** What commits put where, oldest first. */
export async function* blobPlaces(request: HistoryRequest): AsyncGenerator<BlobPlace> {
  const { revisions = everything, merges = false, ...where } = request;
  const shape = ["--raw", "-z", "--root", "--no-renames", "--no-abbrev", "--diff-filter=AMT"];
  const which = merges ? ["-m", "--merges"] : ["--no-merges"];
  const command = ["log", "--topo-order", "--reverse", ...which, ...shape, "--format=%x01%H %ct", ...revisions, "--"];
  yield* placesOf(records(where, command));
}

const everything: readonly string[] = ["--all", "--reflog"];

/** What is staged and differs from the last commit. */
export async function stagedBlobs(where: Where): Promise<readonly BlobPlace[]> {
  const shape = ["--raw", "-z", "--no-renames", "--no-abbrev", "--diff-filter=ACMRT"];
  return all(placesOf(records(where, ["diff", "--cached", ...shape])));
}

/** Ids of commits, newest first. NOT_FOUND where the repository has no such revision. */
export async function commitsOf({
  revisions,
  ...where
}: Where & { readonly revisions: readonly string[] }): Promise<readonly string[]> {
  try {
    return await all(lines(where, ["rev-list", ...revisions, "--"]));
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "COMMAND_FAILED") throw cause;
    throw new AppError("NOT_FOUND", `the repository in ${where.folder} has no ${revisions.join(" ")}`, {
      cause,
      hint: "a range is written A..B, as `git log A..B` takes it; in CI, fetch both ends",
    });
  }
}

/** Those of the objects that are no commits, and what tags among them lead to. */
export async function besidesCommits({
  ids,
  ...where
}: Where & { readonly ids: readonly string[] }): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const input = ids.map((id) => `${id}\n${id}^{}\n`).join("");
  const found = await all(parts(where, { command: ["cat-file", "--batch-check"], input, end: 10 }));
  const objects = found.map((line) => line.split(" ")).filter(([, type]) => type === "tag" || type === "blob");
  return [...new Set(objects.map(([id = ""]) => id))];
}

/** Blobs that the last commit has; none where there is no commit yet. */
export async function presentBlobs(where: Where): Promise<ReadonlySet<string>> {
  const blobs = new Set<string>();
  for await (const line of records(where, ["ls-tree", "-r", "-z", "HEAD"], [0, 128]))
    blobs.add(line.split(/[ \t]/)[2] ?? "");
  return blobs;
}

/** What the repository does not have, or has elsewhere. */
export async function missingHistory(where: Where): Promise<readonly LeftOut[]> {
  const shallow = await all(lines(where, ["rev-parse", "--is-shallow-repository"]));
  const partial = await all(lines(where, ["config", "--get-regexp", "^remote\\..*\\.promisor$"], [0, 1]));
  const left: LeftOut[] = [];
  if (shallow[0] === "true") left.push({ path: ".", reason: "shallow clone" });
  if (partial.length > 0) left.push({ path: ".", reason: "partial clone" });
  for await (const line of records(where, ["ls-files", "--stage", "-z"])) {
    if (line.startsWith("160000 ")) left.push({ path: line.slice(line.indexOf("\t") + 1), reason: "submodule" });
  }
  return left;
}

async function all<T>(parts: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const part of parts) found.push(part);
  return found;
}

function records(where: Where, command: readonly string[], accept?: readonly number[]): AsyncGenerator<string> {
  return parts(where, { command, accept, end: 0 });
}

function lines(where: Where, command: readonly string[], accept?: readonly number[]): AsyncGenerator<string> {
  return parts(where, { command, accept, end: 10 });
}

interface PartsRequest {
  readonly command: readonly string[];
  readonly input?: string;
  readonly accept?: readonly number[] | undefined;
  /** the byte that ends each part */
  readonly end: number;
}

/** As they come; what no end follows is none. */
async function* parts(
  { folder, ...options }: Where,
  { end, accept = [0], ...call }: PartsRequest,
): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of gitBytes({ folder, accept, ...call }, options)) {
    const bytes = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end, from)) {
      yield bytes.toString("utf8", from, at);
      from = at + 1;
    }
    rest = Buffer.from(bytes.subarray(from));
  }
}

/** `:MODE MODE OLD NEW STATUS` and a path, under the commit that came before. A submodule's commit is no blob. */
async function* placesOf(texts: AsyncIterable<string>): AsyncGenerator<BlobPlace> {
  let commit: BlobPlace["commit"];
  let raw: readonly string[] | undefined;
  for await (const text of texts) {
    if (raw !== undefined) {
      const [, mode = "", , blob = ""] = raw;
      if (mode !== "160000") yield { blob, path: text, ...(commit === undefined ? {} : { commit }) };
      raw = undefined;
    } else if (text.startsWith("\u0001")) {
      const [id = "", at = ""] = text.slice(1).split(" ");
      commit = { id, at: Number(at) * 1000 };
    } else if (/^\n?:/.test(text)) raw = text.trim().split(" ");
  }
}
