import { isPublicName, type Platform } from "#contract";
import { isEnvironmentFile, readBlob, type BlobPlace, type GitOptions } from "#corpus";
import { dialects } from "#dialect";
import { AppError } from "#kernel";
import { brandFiles } from "../check/check-ignored.ts";
import type { Context } from "../context.ts";

/** An environment file that a commit brings. */
export interface BroughtFile {
  readonly path: string;
  readonly reason: "values" | "secret names";
  /** of a brand file: variables that are not known to be public */
  readonly names: readonly string[];
  /** absent where it is staged */
  readonly commit?: string;
}

/** Each path once. A brand file that the manifest names may be there, as long as all of its variables are public. */
export async function refusedFiles(
  context: Context,
  places: readonly BlobPlace[],
  where: GitOptions & { readonly folder: string },
): Promise<readonly BroughtFile[]> {
  const files = places.filter(({ path }) => isEnvironmentFile(path.slice(path.lastIndexOf("/") + 1)));
  if (files.length === 0) return [];
  const platform = await platformOf(context);
  const refused = new Map<string, BroughtFile>();
  for (const { path, blob, commit } of files) {
    const names = isBrand(path, platform) ? secretNames(await all(readBlob(where, blob)), platform) : undefined;
    if (names?.length === 0 || refused.has(path)) continue;
    const at = commit === undefined ? {} : { commit: commit.id };
    refused.set(path, { path, reason: names === undefined ? "values" : "secret names", names: names ?? [], ...at });
  }
  return [...refused.values()];
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** A server that is pushed to need not have a manifest. */
async function platformOf(context: Context): Promise<Platform | undefined> {
  try {
    return (await context.inspectPlatform()).platform;
  } catch (error) {
    if (error instanceof AppError && ["MANIFEST_MISSING", "FILE_UNREADABLE"].includes(error.code)) return undefined;
    throw error;
  }
}

/** The manifest need not lie at the repository's top. */
function isBrand(path: string, platform: Platform | undefined): boolean {
  return platform !== undefined && [...brandFiles([platform])].some((brand) => `/${path}`.endsWith(`/${brand}`));
}

function secretNames(bytes: Uint8Array, platform: Platform | undefined): readonly string[] {
  const variables = (platform?.services ?? []).flatMap((service) => service.contract.variables);
  return dialects.dotenv
    .read(bytes)
    .entries.map(({ name }) => name)
    .filter((name) => {
      const known = variables.filter((variable) => variable.name === name);
      return known.some(({ sensitive }) => sensitive) || (known.length === 0 && !isPublicName(name));
    });
}
