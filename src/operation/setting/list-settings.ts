import { deadlinesOf } from "#provider";
import { Sensitive, type Fingerprint } from "#kernel";
import type { ProbePeriod, Setting, SettingContent, StoredRuntime } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { impactOf, type Impact } from "./impact.ts";
import { latestOf, openFields, readSaved, type SavedSettings } from "./saved.ts";
import { settingSlot, settingSlots, type SettingSlot } from "./slot.ts";

/** Every provider that the runtimes ask for, with what is saved. No value of a secret field. */
export interface SettingsView {
  readonly revision: number;
  readonly impact: Impact;
  readonly providers: readonly ProviderSettings[];
}

export interface ProviderSettings {
  readonly provider: string;
  readonly title: string;
  readonly kind: string;
  readonly docs: string;
  readonly fields: readonly FieldView[];
  /** what users lose while it does not work */
  readonly surfaces: readonly string[];
  readonly runtimes: number;
  /** variables that hold another value beside the settings, which win for runtimes */
  readonly shadows: readonly string[];
  readonly deadlines: readonly { readonly deadline: string; readonly message: string }[];
  readonly saved?: SavedView;
  /** what the last probe of the present key found */
  readonly probe?: Pick<ProbePeriod, "state" | "meaning" | "since"> & { readonly checkedAt: number };
}

interface FieldView {
  readonly id: string;
  readonly label: string;
  readonly secret: boolean;
  readonly optional: boolean;
  readonly variable: string;
  readonly shape?: string;
}

interface SavedView extends Pick<Setting, "revision" | "actor" | "check" | "origin" | "waits"> {
  readonly savedAt: number;
  readonly reason?: string;
  /** empty where the row of this revision can't be opened */
  readonly fields: readonly SavedField[];
}

interface SavedField {
  readonly id: string;
  readonly variable: string;
  readonly fingerprint: Fingerprint;
  readonly version: number;
  /** of a field that is no secret */
  readonly value?: string;
}

export async function listSettings(context: Context): Promise<SettingsView> {
  demand(context, "admin");
  const { platform } = await context.loadPlatform();
  const slots = settingSlots(platform);
  return readEnvironment(context, async (environment) => {
    const saved = await readSaved(environment);
    const runtimes = await environment.userRuntimes.list();
    const probes = await environment.probes.list();
    const present = await environment.values.present();
    const providers: ProviderSettings[] = [];
    for (const slot of slots) {
      const values = await openFields(environment, slot, saved);
      const names = new Set(present.filter(({ scope }) => scope.service === undefined).map(({ name }) => name));
      providers.push(view(slot, { saved, values, runtimes, probes, names }));
    }
    return { revision: saved.revision, impact: impactOf(platform, slots, runtimes), providers };
  });
}

interface Around {
  readonly saved: SavedSettings;
  readonly values: ReadonlyMap<string, Sensitive>;
  readonly runtimes: readonly StoredRuntime[];
  readonly probes: readonly ProbePeriod[];
  /** names that are stored for the whole environment, or a host of it */
  readonly names: ReadonlySet<string>;
}

function view(slot: SettingSlot, around: Around): ProviderSettings {
  const { provider, fields, services } = slot;
  const saved = savedView(slot, around);
  const probe = saved === undefined ? undefined : probeOf(slot, around);
  const named = new Set(services.map(({ name }) => name));
  return {
    provider: provider.name,
    title: provider.title,
    kind: provider.kind,
    docs: provider.docs,
    fields: fields.map(({ field: { id, label, secret, optional = false, format }, variable }) => {
      return { id, label, secret, optional, variable, ...(format === undefined ? {} : { shape: format.shape }) };
    }),
    surfaces: [...new Set(services.flatMap(({ perUser }) => perUser?.surfaces ?? []))],
    runtimes: around.runtimes.filter(({ service }) => named.has(service)).length,
    shadows:
      saved === undefined ? [] : fields.flatMap(({ variable }) => (around.names.has(variable) ? [variable] : [])),
    deadlines: deadlinesOf(provider, around.values),
    ...(saved === undefined ? {} : { saved }),
    ...(probe === undefined ? {} : { probe }),
  };
}

/** A save that was taken back before there was anything leaves empty fields: nothing is saved then. */
function savedView({ provider, fields }: SettingSlot, { saved, values }: Around): SavedView | undefined {
  const setting = latestOf(saved, provider.name);
  if (setting === undefined) return undefined;
  const { revision, actor, check, origin, createdAt, waits, content } = setting;
  const about = { revision, actor, check, origin, savedAt: createdAt, ...(waits === undefined ? {} : { waits }) };
  if (content === undefined) return { ...about, fields: [] };
  const held = fields.flatMap(({ field, variable }): readonly SavedField[] => {
    const version = saved.versions.get(variable);
    const value = values.get(field.id);
    if (version === undefined || value?.byteLength === 0) return [];
    const text = field.secret || value === undefined ? {} : { value: value.reveal().toString("utf8") };
    return [{ id: field.id, variable, fingerprint: version.fingerprint, version: version.number, ...text }];
  });
  if (held.length === 0) return undefined;
  return { ...about, fields: held, ...(content.reason === undefined ? {} : { reason: content.reason }) };
}

function probeOf({ provider, fields }: SettingSlot, { saved, probes }: Around): ProviderSettings["probe"] {
  const fingerprint = saved.versions.get(fields[0]?.variable ?? "")?.fingerprint;
  const found = probes.find((one) => one.provider === provider.name && one.fingerprint === fingerprint);
  if (found === undefined) return undefined;
  const { state, meaning, since, last } = found;
  return { state, meaning, since, checkedAt: last };
}

/** The settings of one provider, newest first; a row that can't be opened has no content, and what was empty is no field. */
export async function settingHistory(context: Context, name: string): Promise<readonly Setting[]> {
  demand(context, "admin");
  const { platform } = await context.loadPlatform();
  const { provider } = settingSlot(platform, name);
  return readEnvironment(context, async (environment) => {
    const { settings } = await readSaved(environment);
    const isSet = ({ variable, fingerprint }: SettingContent["fields"][number]): boolean =>
      fingerprint !== environment.fingerprint(variable, Sensitive.of(""));
    return settings
      .filter((one) => one.provider === provider.name)
      .map((one) =>
        one.content === undefined
          ? one
          : { ...one, content: { ...one.content, fields: one.content.fields.filter(isSet) } },
      );
  });
}
