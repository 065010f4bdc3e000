import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { create } from "tar";
import type { ViteRuntime } from "#contract";
import { dialects, type Entry } from "#dialect";
import { runCommand } from "#host";
import { AppError } from "#kernel";
import { buildMatcher, lineMask, type Matcher } from "#leak";
import { refuseLeaks, type BundleSearch } from "./bundle-leaks.ts";

export interface BundleInput {
  readonly runtime: ViteRuntime;
  /** folder of the manifest */
  readonly folder: string;
  /** public, every one of them: they end up in the bundle */
  readonly variables: readonly (Entry & { readonly sensitive: boolean })[];
  /** what must not be in the bundle; `shown` is told besides the variables */
  readonly search: BundleSearch;
  /** the build gets PATH and the like of it, nothing else */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
}

export interface Bundle {
  /** sha256 over the archive, 16 hex digits: the same sources and variables give the same id */
  readonly id: string;
  /** a tar with fixed times and owners */
  readonly archive: Uint8Array;
}

const buildLimit = 10 * 60_000;

/**
 * Builds what a browser gets. Variables reach the build by its environment only; what comes out is searched for every
 * secret of the platform, and for other credentials, before anyone can publish it (LEAK_FOUND).
 */
export async function buildBundle(input: BundleInput): Promise<Bundle> {
  refuseSensitive(input);
  const directory = join(input.folder, input.runtime.directory);
  const matcher = buildMatcher(input.search.secrets);
  await withBrand(input.runtime, directory, () => build(input, directory, matcher));
  const output = join(directory, input.runtime.output);
  if (!existsSync(output)) {
    throw new AppError("PREPARE_FAILED", `the build made no ${input.runtime.output}, nothing was published`);
  }
  const shown = [...input.search.shown, ...input.variables, ...(await brandEntries(input))];
  const place = join(input.runtime.directory, input.runtime.output);
  await refuseLeaks({ folder: output, place, paths: await filesUnder(output) }, { ...input.search, shown });
  const archive = await pack(output);
  return { id: createHash("sha256").update(archive).digest("hex").slice(0, 16), archive };
}

function refuseSensitive({ variables }: BundleInput): void {
  const names = variables.filter(({ sensitive }) => sensitive).map(({ name }) => name);
  if (names.length === 0) return;
  throw new AppError("LEAK_FOUND", `${names.join(", ")} would be built into a public bundle, and is a secret`);
}

/**
 * The committed brand file stands as `.env` in the package's folder while it builds. Someone's own `.env` is put aside
 * meanwhile, under a name that a build which was killed leaves to the next one.
 */
async function withBrand(runtime: ViteRuntime, directory: string, work: () => Promise<void>): Promise<void> {
  if (runtime.brand === undefined) return work();
  const place = join(directory, ".env");
  const aside = join(directory, ".env.aside");
  if (existsSync(place) && !existsSync(aside)) await rename(place, aside);
  try {
    await copyFile(join(directory, runtime.brand), place);
    await work();
  } finally {
    await rm(place, { force: true });
    if (existsSync(aside)) await rename(aside, place);
  }
}

/** What is committed for browsers. */
async function brandEntries({ runtime, folder }: BundleInput): Promise<readonly Entry[]> {
  if (runtime.brand === undefined) return [];
  const bytes = await readFile(join(folder, runtime.directory, runtime.brand));
  return dialects.dotenv.read(bytes).entries;
}

async function build(
  { runtime, variables, environment, onLine }: BundleInput,
  directory: string,
  matcher: Matcher,
): Promise<void> {
  const result = await runCommand(runtime.build, {
    directory,
    environment,
    variables: Object.fromEntries(variables.map(({ name, value }) => [name, value.reveal().toString("utf8")])),
    timeout: buildLimit,
    mask: lineMask(() => matcher),
    onLine,
  });
  if (result.kind === "exited" && result.code === 0) return;
  const how = result.kind === "timeout" ? "did not end in 10 minutes" : `ended with ${result.code}`;
  throw new AppError("PREPARE_FAILED", `\`${runtime.build.join(" ")}\` ${how}, nothing was published`);
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

async function pack(folder: string): Promise<Buffer> {
  const files = await filesUnder(folder);
  const chunks: Buffer[] = [];
  const stream = create({ cwd: folder, portable: true, noPax: true, mtime: new Date(0) }, [...files]);
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
