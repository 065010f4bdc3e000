import { addressOf } from "#delivery";
import type { Controller, Host } from "#host";
import { AppError } from "#kernel";
import type { Context } from "../context.ts";
import type { Survey } from "./survey.ts";

/** What became of the release before on one target. */
export interface ForgottenTarget {
  readonly target: string;
  readonly kind: "destroyed" | "nothing-kept" | "left";
  /** why it was left */
  readonly detail: string;
}

/** Destroys the kept release before on these targets, host by host; what can't be done now is told, never thrown. */
export async function forgetReleases(
  context: Context,
  { platform }: Pick<Survey, "platform">,
  { targets, controller }: { readonly targets: readonly string[]; readonly controller: Controller },
): Promise<readonly ForgottenTarget[]> {
  const wanted = new Set(targets);
  const hosts = await Promise.all(
    platform.hosts.map(async (entry) => {
      const forgotten: ForgottenTarget[] = [];
      for (const service of platform.services) {
        if (!service.hosts.includes(entry.name)) continue;
        const address = addressOf(service, entry.name);
        if (wanted.has(address.id)) forgotten.push(await forgetOne(context.connect(entry), address, controller));
      }
      return forgotten;
    }),
  );
  return hosts.flat();
}

async function forgetOne(
  host: Host,
  target: ReturnType<typeof addressOf>,
  controller: Controller,
): Promise<ForgottenTarget> {
  try {
    const [answer] = await host.perform(controller, [{ kind: "forget", target }]);
    if (answer?.kind === "done") return { target: target.id, kind: "destroyed", detail: "" };
    if (answer?.kind === "unchanged") return { target: target.id, kind: "nothing-kept", detail: "" };
    return { target: target.id, kind: "left", detail: answer?.detail ?? "it did not answer" };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { target: target.id, kind: "left", detail: error.message };
  }
}
