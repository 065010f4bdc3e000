import { formatTemplate } from "#contract";
import { AppError, Sensitive } from "#kernel";
import { adviceFor, probe, readPasted, type Verdict } from "#provider";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { openFields, readSaved } from "./saved.ts";
import { settingSlot, type SettingField, type SettingSlot } from "./slot.ts";

export interface SettingRequest {
  readonly provider: string;
  /** by the id of the provider's field; one that is left out keeps what is saved, an empty optional one is taken away */
  readonly fields: Readonly<Record<string, Sensitive>>;
  /** the provider's own address may lie in a private network */
  readonly nearby: boolean;
}

/** What a candidate is worth. Texts hold nothing of it. */
export interface Assessment {
  readonly outcome: "verified" | "unverified" | "refused";
  readonly state: Verdict["state"];
  readonly meaning: string;
  readonly advice: string;
  readonly notices: readonly string[];
  readonly problems: readonly FieldProblem[];
}

interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** What was given together with what is saved, and what the provider says of it. */
export interface Assessed {
  readonly slot: SettingSlot;
  readonly assessment: Assessment;
  /** by the id of the field; what was given in the form that is saved */
  readonly given: ReadonlyMap<string, Sensitive>;
  /** what the provider was asked with */
  readonly asked: ReadonlyMap<string, Sensitive>;
}

/**
 * Looks at what was pasted and asks the provider, and keeps nothing. A stored key goes to no other address than the one it
 * was saved with: with a new one the secret fields have to be given again.
 */
export async function assess(context: Context, request: SettingRequest): Promise<Assessed> {
  const { platform } = await context.loadPlatform();
  const slot = settingSlot(platform, request.provider);
  const unknown = Object.keys(request.fields).find((id) => !slot.fields.some(({ field }) => field.id === id));
  if (unknown !== undefined) {
    const hint = `${slot.provider.title} has ${slot.fields.map(({ field }) => field.id).join(", ")} here`;
    throw new AppError("NOT_FOUND", "a field was given that these settings don't have", { hint });
  }
  const pasted = slot.fields.flatMap((one) => pastedField(one, slot, request.fields[one.field.id]));
  const given = new Map(pasted.flatMap(({ id, value }) => (value === undefined ? [] : [[id, value] as const])));
  const kept = await keptValues(context, slot);
  const refusals = pasted.flatMap(({ id, problem }) =>
    problem === undefined ? [] : [{ field: id, message: problem }],
  );
  const others = [...missing(slot, given, kept), ...newAddress(slot, given, kept)];
  const problems = [...refusals, ...others.filter(({ field }) => !refusals.some((one) => one.field === field))];
  const notices = pasted.flatMap((one) => one.notices);
  if (problems.length > 0) return { slot, given, asked: new Map(), assessment: refused(problems, notices) };
  const all = new Map([...assumed(slot, given), ...present(new Map([...kept, ...given]))]);
  const egress = await context.egress();
  const { state, meaning, barred } = await probe(slot.provider, all, {
    egress,
    nearby: request.nearby,
    now: context.clock.now(),
  });
  const { docs, name } = slot.provider;
  const advice = barred ? "" : adviceFor(state, { docs, command: `keyturn settings set ${name}` });
  return {
    slot,
    given,
    asked: all,
    assessment: { outcome: barred ? "refused" : outcomes[state], state, meaning, advice, notices, problems },
  };
}

function present(values: FieldValues): readonly (readonly [string, Sensitive])[] {
  return [...values].filter(([, value]) => value.byteLength > 0);
}

/**
 * What manifest or contract say of fields that are no secret: with these a runtime would use the key. Only a key that was
 * given now goes there: whoever can change a manifest must not be able to draw a stored one.
 */
function assumed({ fields, services }: SettingSlot, given: FieldValues): readonly (readonly [string, Sensitive])[] {
  if (!fields.every(({ field: { id, secret, optional } }) => !secret || optional === true || given.has(id))) return [];
  return fields.flatMap(({ field, variable }) => {
    if (field.secret) return [];
    const [text] = services.flatMap(({ values, contract }) => {
      const declared = contract.variables.find(({ name, active }) => name === variable && active);
      const template = values[variable] ?? declared?.fallback ?? [];
      return template.every(({ kind }) => kind === "text") && template.length > 0 ? [formatTemplate(template)] : [];
    });
    return text === undefined ? [] : [[field.id, Sensitive.of(text)] as const];
  });
}

const outcomes: Readonly<Record<Verdict["state"], Assessment["outcome"]>> = {
  ok: "verified",
  invalid: "refused",
  exhausted: "refused",
  blocked: "refused",
  "scope-limited": "unverified",
  "rate-limited": "unverified",
  unreachable: "unverified",
  inconclusive: "unverified",
};

function refused(problems: readonly FieldProblem[], notices: readonly string[]): Assessment {
  const meaning = "what was given can't be right, and nobody was asked";
  return { outcome: "refused", state: "inconclusive", meaning, advice: "", notices, problems };
}

interface PastedField {
  readonly id: string;
  readonly value?: Sensitive;
  readonly problem?: string;
  readonly notices: readonly string[];
}

function pastedField(
  { field }: SettingField,
  { provider }: SettingSlot,
  value: Sensitive | undefined,
): readonly PastedField[] {
  if (value === undefined) return [];
  const { id, label } = field;
  const isEmpty = value.reveal().toString("utf8").trim() === "";
  if (isEmpty && field.optional === true) return [{ id, value: Sensitive.of(""), notices: [] }];
  if (isEmpty) return [{ id, problem: `the ${label} is empty`, notices: [] }];
  const pasted = readPasted(value, { provider, field });
  if (pasted.kind === "refused") return [{ id, problem: `this looks like ${pasted.reason}`, notices: [] }];
  return [{ id, value: pasted.value, notices: pasted.notices.map((notice) => `${label}: ${notice}`) }];
}

/** What is saved and can be opened. It may go to the provider: the audit entry is on disk before. */
async function keptValues(context: Context, slot: SettingSlot): Promise<FieldValues> {
  return inEnvironment(context, async (environment, tx) => {
    await record(context, tx, { action: "setting.test", subject: slot.provider.name, detail: {} });
    return openFields(environment, slot, await readSaved(environment));
  });
}

type FieldValues = ReadonlyMap<string, Sensitive>;

function missing({ fields }: SettingSlot, given: FieldValues, kept: FieldValues): readonly FieldProblem[] {
  return fields.flatMap(({ field: { id, label, optional } }) => {
    const value = given.get(id) ?? kept.get(id);
    const isThere = value !== undefined && value.byteLength > 0;
    return isThere || optional === true || given.has(id) ? [] : [{ field: id, message: `the ${label} is missing` }];
  });
}

function newAddress({ provider, fields }: SettingSlot, given: FieldValues, kept: FieldValues): readonly FieldProblem[] {
  const base = provider.probe.kind === "http" ? provider.probe.base : undefined;
  const address = base === undefined ? undefined : given.get(base);
  if (base === undefined || address === undefined) return [];
  if ((kept.get(base) ?? Sensitive.of("")).equals(address)) return [];
  return fields.flatMap(({ field: { id, label, secret } }) =>
    secret && kept.has(id) && !given.has(id)
      ? [{ field: id, message: `enter the ${label} again: a stored one is never sent to a new address` }]
      : [],
  );
}
