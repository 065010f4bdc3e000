import { settingsScope } from "#binding";
import { Sensitive } from "#kernel";
import type { EnvironmentStore, NewSetting, Setting, SettingContent, Transaction } from "#store";
import { record } from "../change.ts";
import type { Context } from "../context.ts";
import { versionText } from "../value/version-text.ts";
import type { SettingSlot } from "./slot.ts";

export interface KeptSetting extends Pick<NewSetting, "origin" | "earlier" | "check" | "waits"> {
  readonly slot: SettingSlot;
  /** every field of the slot that has a value now; another one is empty from now on */
  readonly values: ReadonlyMap<string, Sensitive>;
  readonly reason?: string;
  /** the audit entry's word and detail */
  readonly action: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

/** New versions, the grants that the runtimes need for them, the row of settings and its audit entry. */
export async function keepSetting(
  context: Context,
  { environment, tx }: { readonly environment: EnvironmentStore; readonly tx: Transaction },
  { slot, values, origin, earlier, check, waits, reason, action, detail = {} }: KeptSetting,
): Promise<Setting> {
  const { actor } = context;
  const fields: SettingContent["fields"][number][] = [];
  const versions: string[] = [];
  for (const { field, variable } of slot.fields) {
    const value = values.get(field.id) ?? Sensitive.of("");
    const put = {
      name: variable,
      scope: settingsScope,
      value,
      sensitive: field.secret,
      origin: `settings ${origin}`,
      actor,
    };
    const { kind, version } = await environment.values.put(put);
    for (const service of slot.services) await grant(environment, service.name, variable, actor.name);
    if (kind === "stored" && value.byteLength > 0) versions.push(versionText(version));
    fields.push({ id: field.id, variable, version: version.id, fingerprint: version.fingerprint });
  }
  const setting = await environment.settings.save({
    provider: slot.provider.name,
    origin,
    check,
    actor,
    content: { fields, ...(reason === undefined ? {} : { reason }) },
    ...(earlier === undefined ? {} : { earlier }),
    ...(waits === undefined ? {} : { waits }),
  });
  const about = { revision: setting.revision, check, versions, ...(reason === undefined ? {} : { reason }), ...detail };
  await record(context, tx, { action, subject: slot.provider.name, detail: about });
  return setting;
}

/** An admin who gives the runtimes a provider's key has said by it that they may have it. */
async function grant({ grants }: EnvironmentStore, service: string, name: string, actor: string): Promise<void> {
  await grants.give({ service, name, kind: "hold", actor });
}
