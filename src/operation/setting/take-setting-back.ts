import { AppError, type Sensitive } from "#kernel";
import type { EnvironmentStore, Setting, Transaction } from "#store";
import type { Context } from "../context.ts";
import { keepSetting } from "./keep-setting.ts";
import { valuesOf } from "./setting-values.ts";
import { settingSlot } from "./slot.ts";

interface At {
  readonly environment: EnvironmentStore;
  readonly tx: Transaction;
}

/**
 * What was saved and did not come up is no setting: those before it are the present ones again, so that the next apply
 * wants what runs. Where they are compromised, or something was saved since, all stays as it is.
 */
export async function takeSettingBack(context: Context, { environment, tx }: At, failed: Setting): Promise<void> {
  const own = (await environment.settings.list()).filter(({ provider }) => provider === failed.provider);
  if (own[0]?.revision !== failed.revision) return environment.settings.settle(failed.revision);
  const before = own.slice(1).find(({ content }) => content !== undefined);
  const { platform } = await context.loadPlatform();
  const slot = settingSlot(platform, failed.provider);
  const values = await earlierValues(environment, before);
  if (values === undefined) return;
  await environment.settings.settle(failed.revision);
  await keepSetting(
    context,
    { environment, tx },
    {
      slot,
      values,
      origin: "returned",
      check: before?.check ?? "unverified",
      action: "setting.return",
      detail: { failed: failed.revision },
      ...(before === undefined ? {} : { earlier: before.revision }),
      // it was never brought to anybody
      ...(before?.waits === undefined ? {} : { waits: before.waits }),
    },
  );
}

/** Settings of the rollout that was begun for them, when it ends badly. */
export async function takeBackFor(context: Context, at: At, rollout: string): Promise<void> {
  const setting = (await at.environment.settings.list()).find((one) => one.rollout === rollout);
  if (setting !== undefined) await takeSettingBack(context, at, setting);
}

/** Before the first settings there were none: every field is empty. */
async function earlierValues(
  environment: EnvironmentStore,
  before: Setting | undefined,
): Promise<ReadonlyMap<string, Sensitive> | undefined> {
  if (before?.content === undefined) return new Map();
  try {
    return await valuesOf(environment, before.content);
  } catch (error) {
    if (error instanceof AppError && error.code === "VALUES_INVALID") return undefined;
    throw error;
  }
}
