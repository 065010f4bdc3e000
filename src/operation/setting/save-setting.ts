import { AppError, type Finding, type Sensitive } from "#kernel";
import type { EnvironmentStore, Setting } from "#store";
import { demand } from "../authority.ts";
import { inPlatform } from "../change.ts";
import type { Context } from "../context.ts";
import { withLease } from "../deploy/lease.ts";
import { assess, type Assessed, type Assessment, type SettingRequest } from "./assess.ts";
import { keepSetting, type KeptSetting } from "./keep-setting.ts";
import { rollOutSetting, type KeptRevision, type SettingRollout, type SettingWatcher } from "./roll-out-setting.ts";
import { readSaved, type SavedSettings } from "./saved.ts";
import type { SettingSlot } from "./slot.ts";

export interface SaveRequest extends SettingRequest, SettingWatcher {
  /** the revision that whoever saves has seen; whatever is latest when it is left out */
  readonly expected?: number;
  /** why it is saved although nothing proves it */
  readonly unverified?: string;
  /** the key before it is in the wrong hands: everywhere at once, and no way back to it */
  readonly compromised?: boolean;
}

export interface SaveResult extends SettingRollout {
  readonly revision: number;
  readonly check: Setting["check"];
  readonly assessment: Assessment;
}

/** What is asked before anything changes: the provider, without keeping anything. */
export async function testSetting(context: Context, request: SettingRequest): Promise<Assessment> {
  demand(context, "admin");
  return (await assess(context, request)).assessment;
}

/**
 * Proves the new values, keeps them, and brings them to every runtime: one first, then in waves. When one of them does
 * not come up with them, all go back, and so do the settings. SETTING_REFUSED, SETTING_UNVERIFIED without a reason,
 * SETTINGS_CHANGED when someone saved in the meantime; nothing is kept then.
 */
export async function saveSetting(context: Context, request: SaveRequest): Promise<SaveResult> {
  demand(context, "admin");
  const assessed = await assess(context, request);
  const { assessment, slot } = assessed;
  const check = checkOf(assessed, request.unverified);
  const doing = `settings ${slot.provider.name}`;
  return withLease(context, doing, async (lease) => {
    const { platform } = await context.loadPlatform();
    const saved = await inPlatform(context, platform, async (environment, tx) => {
      const before = await readSaved(environment);
      refuseStale(before, request.expected);
      const values = await merged(environment, assessed, before);
      if (request.compromised === true) await condemn(environment, slot, assessed, before);
      const kept: KeptSetting = {
        slot,
        values,
        origin: "saved",
        check,
        waits: request.compromised === true ? "at-once" : "waves",
        action: "setting.save",
        ...(check === "verified" || request.unverified === undefined ? {} : { reason: request.unverified }),
        ...(request.compromised === true ? { detail: { compromised: true, waves: "all at once" } } : {}),
      };
      const setting = await keepSetting(context, { environment, tx }, kept);
      await keepVerdict(context, environment, assessed, setting);
      return setting;
    });
    const onKept = (kept: KeptRevision): void => request.onKept?.({ ...kept, assessment });
    const rollout = await rollOutSetting(context, lease, { ...request, slot, setting: saved, onKept });
    return { ...rollout, revision: saved.revision, check, assessment };
  });
}

/** What was found before it was saved is the first thing known of it. */
async function keepVerdict(
  { actor }: Context,
  environment: EnvironmentStore,
  { slot, asked, assessment }: Assessed,
  setting: Setting,
): Promise<void> {
  const [main] = setting.content?.fields ?? [];
  if (main === undefined) return;
  const { provider } = slot;
  const base = provider.probe.kind === "http" ? provider.probe.base : undefined;
  const address = slot.fields.find(({ field }) => field.id === base);
  const value = asked.get(address?.field.id ?? "");
  const version = await environment.values.find(main.version);
  const { state, meaning } = assessment;
  await environment.probes.record({
    provider: provider.name,
    name: main.variable,
    version: version?.number ?? 0,
    fingerprint: main.fingerprint,
    address: address === undefined || value === undefined ? "" : environment.fingerprint(address.variable, value),
    state,
    meaning,
    actor,
  });
}

function checkOf({ slot, assessment }: Assessed, unverified: string | undefined): Setting["check"] {
  const { outcome, meaning, problems } = assessment;
  if (outcome === "verified") return "verified";
  const { title } = slot.provider;
  if (outcome === "refused") {
    const findings = problems.map(({ message }): Finding => ({ severity: "error", code: "setting", message }));
    throw new AppError("SETTING_REFUSED", `settings of ${title} are refused: ${meaning}`, { findings });
  }
  if (unverified !== undefined && unverified.trim() !== "") return "unverified";
  throw new AppError("SETTING_UNVERIFIED", `nothing proves these settings of ${title}: ${meaning}`);
}

/** Two admins at once: the second one is told what the first one did. */
export function refuseStale({ revision, settings }: SavedSettings, expected: number | undefined): void {
  if (expected === undefined || expected === revision) return;
  const since = settings.filter((one) => one.revision > expected);
  const findings = since.map(({ provider, revision: number, actor }): Finding => {
    return { severity: "notice", code: "setting-changed", message: `${provider}: revision ${number} by ${actor}` };
  });
  throw new AppError("SETTINGS_CHANGED", "the settings were changed since you looked at them", { findings });
}

async function merged(
  environment: EnvironmentStore,
  { slot, given }: Assessed,
  { versions }: SavedSettings,
): Promise<ReadonlyMap<string, Sensitive>> {
  const values = new Map(given);
  for (const { field, variable } of slot.fields) {
    const version = versions.get(variable);
    if (version !== undefined && !values.has(field.id)) values.set(field.id, await environment.values.open(version.id));
  }
  return values;
}

/** What was there before must never run again, wherever it is kept. */
async function condemn(
  environment: EnvironmentStore,
  { fields }: SettingSlot,
  { given }: Assessed,
  { versions }: SavedSettings,
): Promise<void> {
  for (const { field, variable } of fields) {
    const version = versions.get(variable);
    if (field.secret && given.has(field.id) && version !== undefined) {
      await environment.values.setState(version.id, "compromised");
    }
  }
}
