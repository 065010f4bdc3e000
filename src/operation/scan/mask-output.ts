import { matcherOf, maskWith, type Mask } from "#leak";
import type { Context } from "../context.ts";
import { callersOwn } from "../value/callers-own.ts";
import type { RunEnvironment } from "../value/run-service.ts";
import { openNeedles, type OpenNeedles } from "./open-needles.ts";

export interface MaskRequest {
  /** of this one only; of every environment of the store otherwise */
  readonly environment?: string;
}

export interface OpenMask extends Omit<OpenNeedles, "needles"> {
  readonly mask: Mask;
}

/** Masks one stream: every sensitive value of the store, in every form. */
export async function maskStream(context: Context, { environment }: MaskRequest): Promise<OpenMask> {
  const { needles, ...opened } = await openNeedles(context, {
    action: "value.mask",
    detail: { of: "stream" },
    ...(environment === undefined ? {} : { environment }),
  });
  return { ...opened, mask: maskWith(matcherOf(needles)) };
}

/** What a command is started with that gets none of the values, and whose output shows none. */
export async function environmentForExec(
  context: Context,
  { environment, command }: MaskRequest & { readonly command: readonly string[] },
): Promise<RunEnvironment> {
  const { needles, unsearchable, unopened } = await openNeedles(context, {
    action: "value.mask",
    detail: { of: "command", command: command[0] ?? "" },
    ...(environment === undefined ? {} : { environment }),
  });
  const matcher = matcherOf(needles);
  return {
    inherited: callersOwn(context),
    values: new Map(),
    makeMask: (options) => maskWith(matcher, options),
    unmasked: [...unsearchable, ...unopened],
    close: async () => undefined,
  };
}
