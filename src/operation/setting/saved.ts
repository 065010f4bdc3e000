import { isSetting } from "#binding";
import type { Sensitive } from "#kernel";
import type { EnvironmentStore, Setting, Version } from "#store";
import type { SettingSlot } from "./slot.ts";

/** What is saved of the settings now. */
export interface SavedSettings {
  /** of the latest save, of whichever provider; 0 before the first */
  readonly revision: number;
  /** newest first, of every provider */
  readonly settings: readonly Setting[];
  /** present version of each variable that was ever saved */
  readonly versions: ReadonlyMap<string, Version>;
}

export async function readSaved({ settings, values }: EnvironmentStore): Promise<SavedSettings> {
  const list = await settings.list();
  const present = (await values.present()).filter(isSetting);
  return {
    revision: list[0]?.revision ?? 0,
    settings: list,
    versions: new Map(present.map((version) => [version.name, version])),
  };
}

/** What is saved of one provider's fields and can be opened, by the id of the field. */
export async function openFields(
  { values }: EnvironmentStore,
  { fields }: SettingSlot,
  { versions }: Pick<SavedSettings, "versions">,
): Promise<ReadonlyMap<string, Sensitive>> {
  const saved = fields.flatMap(({ field, variable }) => {
    const version = versions.get(variable);
    return version === undefined ? [] : [{ id: field.id, version }];
  });
  const { opened } = await values.openAll(saved.map(({ version }) => version.id));
  return new Map(
    saved.flatMap(({ id, version }) => {
      const value = opened.get(version.id);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}

/** The latest of one provider. */
export function latestOf({ settings }: Pick<SavedSettings, "settings">, provider: string): Setting | undefined {
  return settings.find((one) => one.provider === provider);
}
