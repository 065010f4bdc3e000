import { Sensitive } from "#kernel";
import { findProvider, type Provider } from "#provider";
import { keys } from "./keys.ts";

/** What a provider needs beside the key, at a place that the stand-in answers for. */
const others: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "azure-openai": { base: "https://stand-in.example" },
  twilio: { account: `AC${"0a1b".repeat(8)}` },
  "twilio-api-key": { account: `AC${"0a1b".repeat(8)}`, key: `SK${"0a1b".repeat(8)}` },
  livekit: { key: "APIstandin0001", base: "wss://stand-in.example" },
  supabase: { base: "https://stand-in.example/" },
  s3: { key: "standin-access-0001", bucket: "recordings" },
  grafana: { base: "https://stand-in.example/grafana" },
};

export function credentialOf(name: string, more: Readonly<Record<string, string>> = {}) {
  const provider = findProvider(name);
  if (provider === undefined) throw new Error(`no ${name}`);
  const first = provider.fields[0]?.id ?? "";
  const texts = { [first]: keys[name] ?? "", ...others[name], ...more };
  return { provider, credential: sealed(texts), texts } satisfies { provider: Provider } & Record<string, unknown>;
}

function sealed(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Sensitive> {
  return new Map(Object.entries(texts).map(([id, text]) => [id, Sensitive.of(text)]));
}
