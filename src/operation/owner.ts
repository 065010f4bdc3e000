import type { Platform } from "#contract";
import { inEnvironment, type Context } from "./context.ts";

/** Whose targets these are, as machines keep it: two stores of one platform are two owners. */
export async function ownerOf(context: Context, platform: Platform): Promise<string> {
  const { id } = await context.openStore();
  return `${platform.name}/${platform.environment.name}/${id}`;
}

/** Who this store is to a machine, apart from the lease. */
export async function ownEpoch(
  context: Context,
  platform: Platform,
): Promise<{ readonly owner: string; readonly epoch: number }> {
  const epoch = await inEnvironment(context, async ({ row }) => row.epoch);
  return { owner: await ownerOf(context, platform), epoch };
}
