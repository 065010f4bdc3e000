import { expect } from "vitest";
import type { Keyturn, Outcome } from "../cli/keyturn.ts";

export interface Place {
  readonly live: { readonly port: number };
  readonly keyturn: Keyturn;
}

/** The same words at each of them, and what came of them at the first; at the others it has to be the same. */
export async function same(
  places: readonly Place[],
  words: string,
  options: Parameters<Keyturn>[1] = {},
): Promise<Outcome> {
  const [here = never, ...away] = await Promise.all(
    places.map(async ({ live, keyturn }) => alike(await keyturn(words, options), live)),
  );
  for (const [index, outcome] of away.entries()) {
    expect({ words, place: index + 1, ...outcome }).toEqual({ words, place: index + 1, ...here });
  }
  return here;
}

const never: Outcome = { code: null, out: "", err: "" };

/** Each has a key, ports, times and people of its own, and looks at the hosts as often as it needs. */
function alike({ code, out, err }: Outcome, { port }: Place["live"]): Outcome {
  const own = (text: string) =>
    text
      .replaceAll(String(port), "PORT")
      .replaceAll(/\b[0-9a-f]{16}\b/g, "FINGERPRINT")
      .replaceAll(/(ro|ru)_[0-9a-z]{16}/g, "$1_ID")
      .replaceAll(/"at":"[^"]+","elapsed":\d+/g, "TIMES")
      .replaceAll(/"(ms|atMost)":\d+/g, "MS")
      .replaceAll(/"(createdAt|savedAt|since|checkedAt|at)": \d+/g, '"$1": TIME')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "TIME")
      .replaceAll(/^ +[\d.]+s {2}/gm, "SECONDS ")
      .replaceAll(/token:client|[\w.-]+@[\w.-]+ from 127\.0\.0\.1/g, "ACTOR")
      .replaceAll(/(?<=begun by |"actor": ")[\w.-]+@[\w.-]+/g, "ACTOR")
      .replaceAll(/(?<=TIME +)[\w.-]+@[\w.-]+ +/g, "ACTOR ")
      .replaceAll(/ +/g, " ")
      .replaceAll(/^\{"kind":"look(?:ed)?".*\n/gm, "");
  return { code, out: own(sorted(out)), err: own(err) };
}

/** Documents hold the same in whichever order their fields come. */
function sorted(out: string): string {
  if (!out.startsWith("{") && !out.startsWith("[")) return out;
  return `${JSON.stringify(inOrder(JSON.parse(out)), undefined, 2)}\n`;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([name, one]) => [name, inOrder(one)]));
}
