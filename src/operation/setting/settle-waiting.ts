import type { EnvironmentStore } from "#store";
import type { Survey } from "../deploy/survey.ts";

/** Settings wait no longer once everything that runs with them is brought to what the store holds, for whatever reason. */
export async function settleWaiting(
  { settings }: EnvironmentStore,
  { loaded, platform }: Pick<Survey, "loaded" | "platform">,
): Promise<void> {
  const reached = new Set(platform.services.map(({ name }) => name));
  const left = loaded.platform.services.filter(({ name, user }) => user !== undefined && !reached.has(name));
  const names = new Set(left.flatMap(({ contract }) => contract.variables.map(({ name }) => name)));
  for (const { revision, waits, content } of await settings.list()) {
    const isReached = content?.fields.every(({ variable }) => !names.has(variable)) === true;
    if (waits !== undefined && isReached) await settings.settle(revision);
  }
}
