import type { BundleInput } from "#delivery";
import { Sensitive } from "#kernel";
import { inEnvironment, type Context } from "../context.ts";
import { acceptedFile, isOver, readAccepted } from "../scan/accepted.ts";
import { knownFormats } from "../scan/format/known-formats.ts";
import { platformNames } from "../scan/format/platform-names.ts";
import { openSensitive } from "../scan/open-sensitive.ts";
import type { Survey } from "./survey.ts";

/** What must not be in a bundle: every version of every secret, whatever its state, and credentials of known formats. */
export async function bundleSearch(context: Context, { loaded, secrets }: Survey): Promise<BundleInput["search"]> {
  const { opened } = await inEnvironment(context, ({ values }) => openSensitive(values));
  const versions = opened.map(({ version: { name, number, state }, value }) => ({
    name,
    version: number,
    state,
    value,
  }));
  const composed = secrets.filter(({ version }) => version === undefined);
  const names = await platformNames(context);
  const list = await readAccepted(acceptedFile(context));
  const tagged = list.filter(({ tag }) => tag !== undefined);
  const [over, standing] = [true, false].map((wanted) =>
    tagged
      .filter((entry) => isOver(entry, context.clock.now()) === wanted)
      .map((entry) => [`${entry.format} ${entry.tag}`, entry] as const),
  );
  return {
    secrets: [...versions, ...composed],
    shown: loaded.platform.services
      .flatMap(({ contract }) => contract.variables)
      .filter(({ sensitive, placeholder }) => !sensitive && !placeholder)
      .map(({ name, example }) => ({ name, value: Sensitive.of(example) })),
    formats: knownFormats({ now: context.clock.now(), ...(names === undefined ? {} : { names }) }),
    accepted: new Set(standing?.map(([key]) => key)),
    ended: new Map(over),
  };
}
