import { AppError, type Sensitive } from "#kernel";
import type { EnvironmentStore, SettingContent } from "#store";

/** What a revision holds, by the id of the field. VALUES_INVALID where one of them is retired or compromised by now. */
export async function valuesOf(
  { values }: EnvironmentStore,
  { fields }: SettingContent,
): Promise<ReadonlyMap<string, Sensitive>> {
  const opened = new Map<string, Sensitive>();
  for (const { id, variable, version } of fields) {
    const found = await values.find(version);
    if (found?.state !== "live") {
      throw new AppError("VALUES_INVALID", `${variable} of that revision is ${found?.state ?? "gone"}, and stays so`, {
        hint: "enter a new one",
      });
    }
    opened.set(id, await values.open(version));
  }
  return opened;
}
