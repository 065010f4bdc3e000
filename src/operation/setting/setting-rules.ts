import { fieldJudgement, maskRules, ownerRules, written, type Habit, type Rule, type Written } from "#provider";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { settingSlots } from "./slot.ts";

/** By what forms the fields of the settings are judged, in patterns that any JavaScript reads. */
export interface SettingRules {
  /** before a field's own */
  readonly first: readonly Written<Rule>[];
  /** behind a field's own */
  readonly last: readonly Written<Rule>[];
  readonly providers: readonly {
    readonly provider: string;
    readonly fields: readonly {
      readonly id: string;
      readonly rules: readonly Written<Rule>[];
      readonly habits: readonly Written<Habit>[];
    }[];
  }[];
}

/** For whoever judges what is typed before it is sent anywhere. The server judges by the same. */
export async function settingRules(context: Context): Promise<SettingRules> {
  demand(context, "admin");
  const { platform } = await context.loadPlatform();
  const providers = settingSlots(platform).map(({ provider, fields }) => ({
    provider: provider.name,
    fields: fields.map(({ field }) => {
      const { rules, habits } = fieldJudgement(provider, field);
      return { id: field.id, rules: rules.map((one) => written(one)), habits: habits.map((one) => written(one)) };
    }),
  }));
  return { first: maskRules.map((one) => written(one)), last: ownerRules.map((one) => written(one)), providers };
}
