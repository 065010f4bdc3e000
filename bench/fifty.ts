import { randomBytes } from "node:crypto";

/** The variables that every contender gets: as many as a middling service has, a third of them secret. */
export const fiftyNames: readonly string[] = Array.from({ length: 50 }, (_, index) => {
  return `BENCH_VARIABLE_${String(index + 1).padStart(2, "0")}`;
});

/** New each time: 24 bytes as text, like a provider's key. */
export function fiftyValues(): ReadonlyMap<string, string> {
  return new Map(fiftyNames.map((name) => [name, randomBytes(18).toString("base64url")]));
}

/** Plain to every reader of environment files: no letter that needs a quote. */
export function environmentFile(values: ReadonlyMap<string, string>): string {
  return [...values].map(([name, value]) => `${name}=${value}\n`).join("");
}

export function contract(): string {
  return fiftyNames
    .map((name, index) => `# @required ${index % 3 === 0 ? "@sensitive" : "@public"}\n${name}=\n`)
    .join("");
}
