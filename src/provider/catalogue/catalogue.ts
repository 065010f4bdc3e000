import type { Field, Provider } from "../provider.ts";
import { anthropic } from "./anthropic.ts";
import { assemblyai } from "./assemblyai.ts";
import { azureOpenai } from "./azure-openai.ts";
import { cartesia } from "./cartesia.ts";
import { deepgram } from "./deepgram.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { google } from "./google.ts";
import { grafana } from "./grafana.ts";
import { groq } from "./groq.ts";
import { livekit } from "./livekit.ts";
import { mongodb } from "./mongodb.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { postgresql } from "./postgresql.ts";
import { redis } from "./redis.ts";
import { s3 } from "./s3.ts";
import { sarvam } from "./sarvam.ts";
import { sentry } from "./sentry.ts";
import { soniox } from "./soniox.ts";
import { supabase } from "./supabase.ts";
import { twilioApiKey } from "./twilio-api-key.ts";
import { twilio } from "./twilio.ts";

/** Every provider that Keyturn knows, by kind. */
export const catalogue: readonly Provider[] = [
  openai,
  google,
  anthropic,
  groq,
  openrouter,
  azureOpenai,
  deepgram,
  soniox,
  assemblyai,
  elevenlabs,
  sarvam,
  cartesia,
  twilio,
  twilioApiKey,
  livekit,
  supabase,
  s3,
  mongodb,
  redis,
  postgresql,
  sentry,
  grafana,
];

export function findProvider(name: string): Provider | undefined {
  const lower = name.toLowerCase();
  return catalogue.find((one) => one.name === lower || one.aliases?.includes(lower) === true);
}

/** One part of a credential, and what its variable's name has around the usual one: what belongs together has the same. */
export interface Slot {
  readonly provider: Provider;
  readonly field: Field;
  /** `BACKUP_*`, `*_2`, `*`; the whole name where there is nothing usual in it */
  readonly affix: string;
}

/**
 * Whose value a variable holds. The catalogue knows the usual names by heart; under another name the contract has to
 * say `@provider=…`, and where a provider has several fields the name has to contain a usual one. `@provider` of a
 * vendor that is not in the catalogue means: leave it alone.
 */
export function slotOf({
  name,
  provider: named,
}: {
  readonly name: string;
  readonly provider?: string;
}): Slot | undefined {
  if (named === undefined) return exactSlot(catalogue, name);
  const provider = findProvider(named);
  if (provider === undefined) return undefined;
  // `@provider=twilio` stands on the variables of both kinds of key
  const kin = catalogue.filter((one) => one === provider || one.name.startsWith(`${provider.name}-`));
  return exactSlot(kin, name) ?? affixedSlot(kin, name) ?? onlySlot(provider, name);
}

function exactSlot(providers: readonly Provider[], name: string): Slot | undefined {
  return slots(providers).find(({ field }) => field.names.includes(name));
}

function affixedSlot(providers: readonly Provider[], name: string): Slot | undefined {
  for (const slot of slots(providers)) {
    const usual = slot.field.names.find((one) => `_${name}_`.includes(`_${one}_`));
    if (usual !== undefined) return { ...slot, affix: `_${name}_`.replace(`_${usual}_`, "_*_").slice(1, -1) };
  }
  return undefined;
}

function onlySlot(provider: Provider, name: string): Slot | undefined {
  const [first, ...others] = provider.fields.filter(({ optional }) => optional !== true);
  return first === undefined || others.length > 0 ? undefined : { provider, field: first, affix: name };
}

function slots(providers: readonly Provider[]): readonly Slot[] {
  return providers.flatMap((provider) => provider.fields.map((field) => ({ provider, field, affix: "*" })));
}
