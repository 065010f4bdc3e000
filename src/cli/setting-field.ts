import { AppError, Sensitive } from "#kernel";
import type { ProviderSettings, SettingsView } from "#operation";
import type { Call, OptionSpec } from "./command.ts";
import { readValue } from "./read-value.ts";

type Field = ProviderSettings["fields"][number];

export const fieldOptions: readonly OptionSpec[] = [
  {
    flags: "--set <field=value>",
    description: "a field that is no secret, as base=https://…; empty takes it away",
    many: true,
  },
  { flags: "--from <field=file>", description: "a secret field, from a file", many: true },
  { flags: "--keep", description: "keep the saved secret; only what --set and --from name is changed" },
  { flags: "--private", description: "the provider's own address may lie in a private network" },
];

/** Secrets from prompts, standard input (one) or files, and what is none from options. */
export async function readFields(
  call: Call,
  { providers }: Pick<SettingsView, "providers">,
  provider: string,
): Promise<Readonly<Record<string, Sensitive>>> {
  const known = providers.find((one) => one.provider === provider.toLowerCase());
  const fields = known?.fields ?? [];
  const given = new Map<string, Sensitive>();
  for (const [id, text] of pairs(call, "set")) {
    if (fieldOf(fields, id).secret) throw secretInOption(id);
    given.set(id, Sensitive.of(text));
  }
  for (const [id, file] of pairs(call, "from")) {
    const { label } = fieldOf(fields, id);
    given.set(id, (await readValue(call, label, { file, exact: false })).value);
  }
  const asked = fields.filter(({ id, secret, optional }) => secret && !optional && !given.has(id));
  if (call.options.flag("keep")) return Object.fromEntries(given);
  if (asked.length > 1 && !call.terminal.interactive) throw severalSecrets(asked);
  for (const { id, label } of asked) {
    given.set(
      id,
      (await readValue(call, `${known?.title ?? provider}, ${label}`, { file: undefined, exact: false })).value,
    );
  }
  for (const { id, label, optional, secret } of fields) {
    const needed = !secret && !optional && !given.has(id) && !known?.saved?.fields.some((one) => one.id === id);
    if (!needed) continue;
    throw new AppError("USAGE", `${label} is needed as well`, { hint: `--set ${id}=…` });
  }
  return Object.fromEntries(given);
}

function pairs({ options }: Call, name: string): readonly (readonly [string, string])[] {
  return options.list(name).map((text) => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new AppError("USAGE", `--${name} takes FIELD=…`);
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
}

function fieldOf(fields: readonly Field[], id: string): Field {
  const field = fields.find((one) => one.id === id);
  if (field !== undefined) return field;
  const hint =
    fields.length === 0 ? "`keyturn settings` lists providers" : `there are ${fields.map((one) => one.id).join(", ")}`;
  throw new AppError("USAGE", "these settings have no such field", { hint });
}

function secretInOption(id: string): AppError {
  return new AppError("USAGE", "a secret never comes as an argument: take it out of the shell's history", {
    hint: `leave it out to be asked, or give a file: --from ${id}=FILE`,
  });
}

function severalSecrets(fields: readonly Field[]): AppError {
  const names = fields.map(({ id }) => `--from ${id}=FILE`).join(" ");
  return new AppError("USAGE", "standard input can give one secret, and several are needed", { hint: names });
}
