import type { Platform } from "#contract";
import type { Context } from "../../context.ts";
import type { FormatOptions } from "./known-formats.ts";

/** What the contracts of this platform call their variables; nothing where there is no platform, or one that can't be read. */
export async function platformNames(context: Context): Promise<FormatOptions["names"]> {
  const platform = await platformOf(context);
  const variables = (platform?.services ?? []).flatMap((service) => service.contract.variables);
  // what Keyturn derives is never in the store
  const secret = variables.filter(({ sensitive, derive }) => sensitive && derive === undefined).map(({ name }) => name);
  const kept = new Set(variables.filter(({ sensitive }) => sensitive).map(({ name }) => name));
  const shown = variables.map(({ name }) => name).filter((name) => !kept.has(name));
  return { secret: [...new Set(secret)], shown: [...new Set(shown)] };
}

/** Undefined where there is none, or none that can be read: a scan needs no platform. */
export async function platformOf(context: Context): Promise<Platform | undefined> {
  return context.inspectPlatform().then(
    (found) => found.platform,
    () => undefined,
  );
}
