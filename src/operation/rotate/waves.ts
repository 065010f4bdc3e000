import type { RotationStep } from "#store";
import type { ApplyRequest } from "../deploy/apply.ts";

/** What changes together goes in one wave, staged everywhere first; neither a canary nor a freeze keeps a compromised value in use. */
export function wavesFor(
  step: RotationStep | undefined,
  { compromised }: { readonly compromised: boolean },
): Pick<ApplyRequest, "waves" | "overrideFreeze"> {
  return {
    ...(step?.phase === "swap" ? { waves: { sizes: ["rest"], soak: 0, together: true } } : {}),
    ...(compromised ? { overrideFreeze: "the value before is compromised" } : {}),
  };
}
