import type { SecretProbe } from "#contract";
import type { Clock, Sensitive } from "#kernel";
import { ask, type Dialer } from "./ask.ts";

export interface ProbeInput {
  /** with the instance's address: see `verifyingOf` */
  readonly probe: SecretProbe;
  readonly host: Dialer;
  readonly value: Sensitive;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export type ProbeResult =
  | { readonly kind: "passed" }
  | { readonly kind: "refused"; readonly status: number }
  /** neither, up to the deadline; the last reason why */
  | { readonly kind: "unclear"; readonly detail: string };

const pause = 300;

/**
 * Whether a service accepts this value now: a real request that carries it, again while the answer is neither yes nor no. The
 * value is in the request's header and nowhere else; of the answer the status alone is looked at.
 */
export async function probeSecret({ probe, host, value, clock, signal }: ProbeInput): Promise<ProbeResult> {
  const carried = headerValue(probe, value);
  if (carried === undefined) return { kind: "unclear", detail: "the value has characters that no header can carry" };
  const { body, method, timeout } = probe;
  const end = clock.monotonic() + probe.deadline;
  for (;;) {
    const told = await ask({
      place: probe,
      host,
      method,
      headers: { [probe.header]: carried, ...(body === undefined ? {} : { "content-type": body.type }) },
      ...(body === undefined ? {} : { body: body.text }),
      timeout,
      patience: Math.max(timeout, Math.ceil(end - clock.monotonic())),
      most: 0,
      ...(signal === undefined ? {} : { signal }),
    });
    const result: ProbeResult =
      told.kind === "answered" ? judge(probe, told.status) : { kind: "unclear", detail: told.detail };
    if (result.kind !== "unclear") return result;
    if (clock.monotonic() + pause >= end) return { kind: "unclear", detail: result.detail };
    await clock.sleep(pause, signal);
  }
}

function judge({ passes, refused, url }: SecretProbe, status: number): ProbeResult {
  if (refused.includes(status)) return { kind: "refused", status };
  if (passes === undefined ? status >= 200 && status < 300 : passes.includes(status)) return { kind: "passed" };
  return { kind: "unclear", detail: `${url} answered ${status}` };
}

/** Its bytes as they are: a header's text is one byte for each character. */
function headerValue({ scheme }: SecretProbe, value: Sensitive): string | undefined {
  const text = value.reveal().toString("latin1");
  if (text === "" || /[^\t\x20-\x7e\x80-\xff]/.test(text)) return undefined;
  return scheme === undefined ? text : `${scheme} ${text}`;
}
