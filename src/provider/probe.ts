import { judge } from "./answer.ts";
import type { Closed, Egress } from "./egress/egress.ts";
import { exchange } from "./egress/exchange.ts";
import type { HttpProbe, Provider, StreamProbe, Values } from "./provider.ts";
import { openCredential, type Credential } from "./credential.ts";
import { speak } from "./speak.ts";
import type { Verdict } from "./state.ts";

export interface ProbeOptions {
  readonly egress: Egress;
  /** the credential's own address may lie in a private network */
  readonly nearby: boolean;
  /** milliseconds since the epoch */
  readonly now: number;
}

/**
 * Asks the provider once whether a credential works, within the egress' limit of time. Never throws for what the network
 * or the provider did; may be repeated, and changes nothing there.
 */
export async function probe(provider: Provider, credential: Credential, options: ProbeOptions): Promise<Verdict> {
  const values = openCredential(credential);
  const missing = provider.fields.find(({ id, optional }) => optional !== true && (values[id] ?? "") === "");
  if (missing !== undefined) {
    return inconclusive(`its ${missing.label} is missing (${missing.names[0]})`);
  }
  const signal = AbortSignal.timeout(options.egress.limit);
  switch (provider.probe.kind) {
    case "http":
      return probeHttp(provider.probe, values, { ...options, signal });
    case "stream":
      return probeStream(provider.probe, values, { ...options, signal });
    case "parse":
      return provider.probe.read(values);
  }
}

interface Asking extends ProbeOptions {
  readonly signal: AbortSignal;
}

async function probeHttp(asked: HttpProbe, values: Values, { egress, nearby, now, signal }: Asking): Promise<Verdict> {
  const own = asked.base === undefined ? undefined : values[asked.base];
  const base = baseOf(own ?? asked.origin ?? "");
  if (base === undefined) return { ...inconclusive("its address is no plain http or https URL"), barred: true };
  const { path, ...call } = asked.call(values, { base, now });
  if (Object.values(call.headers).some((value) => !/^[\x20-\x7e]*$/.test(value))) {
    return inconclusive("it holds characters that no request can carry");
  }
  const url = new URL(`${base.href.replace(/\/+$/, "")}${path}`);
  const answer = await exchange(egress, { ...call, url, nearby: nearby && own !== undefined }, signal);
  if (answer.kind === "answer") return judge(answer, asked.answers);
  // another address can't be given for a provider's usual one, whatever the name leads to here
  return answer.kind === "refused" && own !== undefined ? { ...closed(answer), barred: true } : closed(answer);
}

/** `ws` and `wss` stand for the http of the same place. */
function baseOf(text: string): URL | undefined {
  const address = text.replace(/^ws(s?):\/\//i, "http$1://");
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? url : undefined;
}

async function probeStream(asked: StreamProbe, values: Values, options: Asking): Promise<Verdict> {
  const spoken = await speak(asked, values[asked.uri] ?? "", options, asked.talk);
  return spoken.kind === "spoken" ? spoken.result : closed(spoken);
}

function closed({ kind, reason }: Closed): Verdict {
  return kind === "refused" ? inconclusive(reason) : { state: "unreachable", meaning: reason };
}

function inconclusive(meaning: string): Verdict {
  return { state: "inconclusive", meaning };
}
