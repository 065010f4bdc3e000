import { AppError } from "#kernel";
import type { Setting, SettingContent } from "#store";
import { demand } from "../authority.ts";
import { inPlatform } from "../change.ts";
import type { Context } from "../context.ts";
import { withLease } from "../deploy/lease.ts";
import { keepSetting } from "./keep-setting.ts";
import { rollOutSetting, type SettingRollout, type SettingWatcher } from "./roll-out-setting.ts";
import { readSaved, type SavedSettings } from "./saved.ts";
import { refuseStale } from "./save-setting.ts";
import { settingSlot } from "./slot.ts";
import { valuesOf } from "./setting-values.ts";

export interface RestoreRequest extends SettingWatcher {
  readonly provider: string;
  readonly revision: number;
  readonly expected?: number;
}

/** The values of an earlier revision become the present ones, and roll out like any other change. */
export async function restoreSetting(
  context: Context,
  request: RestoreRequest,
): Promise<SettingRollout & { readonly revision: number; readonly check: Setting["check"] }> {
  demand(context, "admin");
  const { platform } = await context.loadPlatform();
  const slot = settingSlot(platform, request.provider);
  return withLease(context, `settings ${slot.provider.name}`, async (lease) => {
    const setting = await inPlatform(context, platform, async (environment, tx) => {
      const saved = await readSaved(environment);
      refuseStale(saved, request.expected);
      const earlier = findRevision(saved, slot.provider.name, request.revision);
      const values = await valuesOf(environment, earlier.content);
      return keepSetting(
        context,
        { environment, tx },
        {
          slot,
          values,
          origin: "restored",
          earlier: earlier.revision,
          check: earlier.check,
          waits: "waves",
          action: "setting.restore",
          detail: { earlier: earlier.revision },
          ...(earlier.content.reason === undefined ? {} : { reason: earlier.content.reason }),
        },
      );
    });
    const rollout = await rollOutSetting(context, lease, { ...request, slot, setting });
    return { ...rollout, revision: setting.revision, check: setting.check };
  });
}

type Readable = Setting & { readonly content: SettingContent };

function findRevision({ settings }: SavedSettings, provider: string, revision: number): Readable {
  const found = settings.find((one) => one.provider === provider && one.revision === revision);
  if (found === undefined) {
    throw new AppError("NOT_FOUND", `there is no revision ${revision} of the settings of ${provider}`, {
      hint: `\`keyturn settings history ${provider}\` lists them`,
    });
  }
  const { content } = found;
  if (content === undefined) throw new AppError("SEAL_BROKEN", `revision ${revision} of ${provider} can't be opened`);
  return { ...found, content };
}
