import { expandRuntimes } from "#contract";
import { readEnvironment, type Context, type LoadedPlatform } from "../context.ts";

/** The platform with the runtimes that its users have. */
export async function loadDeployed(context: Context): Promise<LoadedPlatform> {
  const loaded = await context.loadPlatform();
  if (loaded.platform.services.every(({ perUser }) => perUser === undefined)) return loaded;
  const runtimes = await readEnvironment(context, ({ userRuntimes }) => userRuntimes.list());
  return { ...loaded, platform: expandRuntimes(loaded.platform, runtimes) };
}
