import type { RolloutOutcome } from "#rollout";
import type { Setting } from "#store";
import { inEnvironment, readEnvironment, type Context } from "../context.ts";
import { applyUnder, type ApplyResult } from "../deploy/apply.ts";
import { atOnce } from "../deploy/at-once.ts";
import type { Watcher } from "../deploy/carry-out.ts";
import type { HeldLease } from "../deploy/lease.ts";
import type { Assessment } from "./assess.ts";
import { takeSettingBack } from "./take-setting-back.ts";
import type { SettingSlot } from "./slot.ts";

export interface SettingRollout {
  /** absent where no runtime had to change */
  readonly outcome?: RolloutOutcome;
  readonly release?: number;
}

/** Told as soon as it is kept: what follows may take its time. */
export interface KeptRevision {
  readonly revision: number;
  readonly check: Setting["check"];
  /** of new ones: what was found before */
  readonly assessment?: Assessment;
}

export interface SettingWatcher extends Watcher {
  readonly onKept?: (kept: KeptRevision) => void;
}

interface SettingWork extends SettingWatcher {
  readonly slot: SettingSlot;
  readonly setting: Setting;
}

/** Brings settings that are kept already to what runs with them. What ends it before it began takes them back. */
export async function rollOutSetting(
  context: Context,
  lease: HeldLease,
  { onKept, ...work }: SettingWork,
): Promise<SettingRollout> {
  const { setting } = work;
  onKept?.({ revision: setting.revision, check: setting.check });
  let begun = false;
  try {
    const applied = await bringSetting(context, lease, { ...work, onBegin: () => (begun = true) });
    if (applied?.kind === "rolled-out") return { outcome: applied.outcome, release: applied.release };
    if (applied?.kind === "cancelled") await undo(context, setting);
    return {};
  } catch (error) {
    if (!begun) await undo(context, setting);
    throw error;
  }
}

interface Bringing extends Omit<SettingWork, "onKept"> {
  /** in the transaction that begins the rollout */
  readonly onBegin?: () => void;
}

/** The same, where what ends it before it began leaves them waiting. Nothing where nobody has a runtime with them. */
export async function bringSetting(
  context: Context,
  lease: HeldLease,
  { slot, setting, onEvent, onBegun, onBegin, signal }: Bringing,
): Promise<ApplyResult | undefined> {
  const { revision } = setting;
  const runtimes = await readEnvironment(context, ({ userRuntimes }) => userRuntimes.list());
  const part = slot.services.map(({ name }) => name).filter((name) => runtimes.some(({ service }) => service === name));
  if (part.length === 0) {
    await inEnvironment(context, ({ settings }) => settings.settle(revision));
    return undefined;
  }
  return applyUnder(context, lease, {
    part,
    onEvent,
    ...(onBegun === undefined ? {} : { onBegun }),
    ...(signal === undefined ? {} : { signal }),
    ...(setting.waits === "at-once" ? emergency : {}),
    alsoBegin: async (environment, rollout) => {
      onBegin?.();
      await environment.settings.setRollout(revision, rollout);
    },
    confirm: async () => signal?.aborted !== true,
  });
}

/** Neither a canary nor a freeze window may keep a key in use that somebody else has. */
const emergency = { waves: atOnce, overrideFreeze: "the key before is compromised" } as const;

function undo(context: Context, setting: Setting): Promise<void> {
  return inEnvironment(context, (environment, tx) => takeSettingBack(context, { environment, tx }, setting));
}
