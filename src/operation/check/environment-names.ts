import { readFile } from "node:fs/promises";
import { listEnvironments } from "#contract";
import type { Context } from "../context.ts";

/** Environments of the manifest; empty where it is missing or can't be read. */
export async function environmentNames({ manifest }: Pick<Context, "manifest">): Promise<readonly string[]> {
  const text = await readFile(manifest, "utf8").catch(() => "");
  return listEnvironments(text, manifest);
}
