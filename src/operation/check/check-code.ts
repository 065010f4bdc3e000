import { dirname, join, relative, resolve, sep } from "node:path";
import { compareCode, scanCode, type CodeFile, type Contract } from "#contract";
import { readTree } from "#corpus";
import type { Finding } from "#kernel";

/**
 * Compares what the code reads with what the contracts declare. Code belongs to the contract of its own folder, or of
 * the nearest one above. Without folders, each contract's own is looked through.
 */
export async function checkCode(
  folder: string,
  contracts: readonly Contract[],
  directories: readonly string[],
): Promise<readonly Finding[]> {
  if (contracts.length === 0) return [];
  const roots = directories.length > 0 ? directories : contracts.map(({ file }) => resolve(folder, dirname(file)));
  const files = new Map<string, CodeFile>();
  for (const root of roots) for (const file of await readCode(root, folder)) files.set(file.path, file);
  const owners = Map.groupBy(files.values(), ({ path }) => ownerOf(path, contracts));
  const owned = [...owners].flatMap(([contract, code]) => (contract === undefined ? [] : compare(contract, code)));
  return [...owned, ...strays(roots, folder, contracts)];
}

async function readCode(root: string, folder: string): Promise<readonly CodeFile[]> {
  const { files } = await readTree(root);
  return files.map(({ path, text }) => ({ path: withSlashes(relative(folder, join(root, path))), text }));
}

function ownerOf(path: string, contracts: readonly Contract[]): Contract | undefined {
  return contracts
    .filter(({ file }) => isBelow(path, folderOf(file)))
    .toSorted((a, b) => folderOf(b.file).length - folderOf(a.file).length)[0];
}

/** Names that Keyturn itself gives are nobody's to declare. */
function compare(contract: Contract, code: readonly CodeFile[]): readonly Finding[] {
  const uses = scanCode(code).filter(({ name }) => !name.startsWith("KEYTURN_"));
  return compareCode(contract, uses);
}

/** A folder that was asked for and has no contract in it, nor above it. */
function strays(roots: readonly string[], folder: string, contracts: readonly Contract[]): readonly Finding[] {
  const paths = roots.map((root) => withSlashes(relative(folder, resolve(folder, root))));
  return paths
    .filter((path) => ownerOf(`${path}/x`, contracts) === undefined)
    .filter((path) => !contracts.some(({ file }) => isBelow(file, path)))
    .map((path) => ({
      severity: "error",
      code: "code-without-contract",
      message: `no contract lies in ${path} or above it, so its code is compared with none`,
      hint: `contracts: ${contracts.map(({ file }) => file).join(", ")}`,
    }));
}

function isBelow(path: string, folder: string): boolean {
  return folder === "" || path.startsWith(`${folder}/`);
}

function folderOf(file: string): string {
  const folder = dirname(file);
  return folder === "." ? "" : folder;
}

function withSlashes(path: string): string {
  return path.split(sep).join("/");
}
