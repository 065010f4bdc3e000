interface Place {
  readonly step: number;
  readonly steps: readonly { readonly phase: "accept" | "switch" | "swap" | "forget" }[];
  readonly compromised: boolean;
}

/** Behind the last step but before its proof, and on the way back to the beginning, one of the two values alone may work. */
export function bothWork({ step, steps, compromised }: Place): boolean {
  const phase = steps[step - 1]?.phase;
  return !compromised && (phase === "accept" || phase === "switch");
}
