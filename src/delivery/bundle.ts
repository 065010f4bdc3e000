import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { create } from "tar";
import type { ViteRuntime } from "#contract";
import type { Entry } from "#dialect";
import { runCommand } from "#host";
import { AppError, type Finding } from "#kernel";
import { readableParts } from "./readable-parts.ts";
import { buildMatcher, lineMask, scanBytes, type Matcher, type Secret } from "#leak";

export interface BundleInput {
  readonly runtime: ViteRuntime;
  /** folder of the manifest */
  readonly folder: string;
  /** public, every one of them: they end up in the bundle */
  readonly variables: readonly (Entry & { readonly sensitive: boolean })[];
  /** what must not be in the bundle: every sensitive value of the platform */
  readonly secrets: readonly Secret[];
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
 * secret of the platform before anyone can publish it (LEAK_FOUND).
 */
export async function buildBundle(input: BundleInput): Promise<Bundle> {
  refuseSensitive(input);
  const directory = join(input.folder, input.runtime.directory);
  const matcher = buildMatcher(input.secrets);
  await withBrand(input.runtime, directory, () => build(input, directory, matcher));
  const output = join(directory, input.runtime.output);
  if (!existsSync(output)) {
    throw new AppError("PREPARE_FAILED", `the build made no ${input.runtime.output}, nothing was published`);
  }
  await refuseLeaks(output, matcher);
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

async function refuseLeaks(output: string, matcher: Matcher): Promise<void> {
  const findings: Finding[] = [];
  for (const path of await filesUnder(output))
    findings.push(...leaksIn(path, await readFile(join(output, path)), matcher));
  if (findings.length === 0) return;
  throw new AppError("LEAK_FOUND", "the bundle holds secrets, nothing was published", { findings });
}

/** Source maps and what is compressed included; what the file itself shows is not told of them again. */
function leaksIn(path: string, bytes: Uint8Array, matcher: Matcher): readonly Finding[] {
  const findings: Finding[] = [];
  const shown = new Set<string>();
  for (const part of readableParts({ path, bytes })) {
    const leaks = scanBytes(matcher, part.path, part.bytes).filter(
      ({ name }) => part.path === path || !shown.has(name),
    );
    for (const { path: place, line, name, encoding } of leaks) {
      shown.add(name);
      const message = `${place}:${line} holds the value of ${name} (${encoding})`;
      findings.push({ severity: "error", code: "leak", message });
    }
  }
  return findings;
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
