import type { SecretProbe } from "#contract";
import { Sensitive } from "#kernel";
import { liveKitToken } from "#provider";

/** What a call is made with: a secret, and of a pair its key. */
export interface Shown {
  readonly value: Sensitive | undefined;
  readonly companion: Sensitive | undefined;
}

/** What the header of the call carries: the secret itself, or what the probe has made of both. Undefined where one can't be opened. */
export function shownTo({ as }: SecretProbe, { value, companion }: Shown, now: number): Sensitive | undefined {
  if (as === undefined || value === undefined) return value;
  if (companion === undefined) return undefined;
  const [key, secret] = [companion, value].map((one) => one.reveal().toString("utf8"));
  if (as === "livekit") return Sensitive.of(liveKitToken({ key: key ?? "", secret: secret ?? "", now }));
  return Sensitive.of(Buffer.from(`${key}:${secret}`, "utf8").toString("base64"));
}
