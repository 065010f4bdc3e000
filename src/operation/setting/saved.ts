import { isSetting } from "#binding";
import type { EnvironmentStore, Setting, Version } from "#store";

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

/** The latest of one provider. */
export function latestOf({ settings }: Pick<SavedSettings, "settings">, provider: string): Setting | undefined {
  return settings.find((one) => one.provider === provider);
}
