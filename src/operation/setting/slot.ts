import type { Platform, Service } from "#contract";
import { AppError } from "#kernel";
import { catalogue, findProvider, slotOf, type Field, type Provider } from "#provider";

/** A provider whose settings the platform's runtimes ask for. */
export interface SettingSlot {
  readonly provider: Provider;
  readonly fields: readonly SettingField[];
  /** services that run for users and read one of its variables */
  readonly services: readonly Service[];
}

export interface SettingField {
  readonly field: Field;
  /** as the contracts have it */
  readonly variable: string;
}

const kinds: readonly Provider["kind"][] = ["LLM", "STT", "TTS", "telephony"];

/** In the order of the catalogue: LLM, STT, TTS, telephony. */
export function settingSlots({ services }: Platform): readonly SettingSlot[] {
  const asking = services.filter(({ perUser }) => perUser !== undefined);
  const providers = catalogue.filter(({ kind }) => kinds.includes(kind));
  return kinds.flatMap((kind) =>
    providers.filter((one) => one.kind === kind).flatMap((provider) => slotFor(provider, asking) ?? []),
  );
}

/** NOT_FOUND where no contract of what runs for users has a variable of that provider. */
export function settingSlot(platform: Platform, name: string): SettingSlot {
  const provider = findProvider(name);
  const slots = settingSlots(platform);
  const slot = slots.find((one) => one.provider === provider);
  if (slot !== undefined) return slot;
  throw new AppError("NOT_FOUND", "no runtime of this platform asks for settings of that provider", {
    hint: slots.length === 0 ? "a service with per-user: true has settings" : `there are ${slotNames(slots)}`,
  });
}

function slotNames(slots: readonly SettingSlot[]): string {
  return slots.map(({ provider }) => provider.name).join(", ");
}

function slotFor(provider: Provider, services: readonly Service[]): SettingSlot | undefined {
  const found = services.flatMap((service) => fieldsOf(provider, service).map((field) => ({ service, field })));
  const fields = provider.fields.flatMap((field): readonly SettingField[] => {
    const variable = found.find((one) => one.field.field === field)?.field.variable;
    return variable === undefined ? [] : [{ field, variable }];
  });
  // without its first field there is no credential
  if (fields[0]?.field !== provider.fields[0]) return undefined;
  return { provider, fields, services: [...new Set(found.map(({ service }) => service))] };
}

function fieldsOf(provider: Provider, { contract }: Service): readonly SettingField[] {
  return contract.variables.flatMap((variable): readonly SettingField[] => {
    const slot = slotOf(variable);
    return slot?.provider === provider ? [{ field: slot.field, variable: variable.name }] : [];
  });
}
