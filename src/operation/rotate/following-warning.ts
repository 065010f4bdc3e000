import type { Service } from "#contract";
import type { Finding } from "#kernel";
import type { Holder } from "#rotation";
import { signersOf } from "./overlap.ts";
import type { PlannedStep } from "./planned.ts";

/** What is made anew with a secret: what services signed with it, and what follows from it. */
export function followingWarnings(
  services: readonly Service[],
  holders: readonly Holder[],
  { name, steps }: { readonly name: string; readonly steps: readonly PlannedStep[] },
): readonly Finding[] {
  return [
    ...signedWarnings(services, steps, name),
    ...holders.flatMap((holder) => derivedWarnings(services, holder, name)),
  ];
}

/** What others keep that was signed with it: devices pair anew, say. */
function signedWarnings(services: readonly Service[], steps: readonly PlannedStep[], name: string): readonly Finding[] {
  const forgets = new Set(steps.flatMap(({ phase, services: own }) => (phase === "forget" ? own : [])));
  return signersOf(services, name).flatMap(({ service, variable: { signs, overlap } }) => {
    if (signs === undefined) return [];
    if (overlap === undefined || !forgets.has(service)) {
      const message = `${signs} end with it at once: ${service} refuses them from then on`;
      return [following("signed", message, "make them anew")];
    }
    const message = `${service} takes ${signs} of the old value for ${spanText(overlap)} more, and it stays open for that long`;
    return [following("signed", message, `make them anew by then; \`keyturn rotate ${name} --continue\` ends it then`)];
  });
}

/** And how much of it there is. */
function derivedWarnings(
  services: readonly Service[],
  { service, derived = [], instances }: Holder,
  name: string,
): readonly Finding[] {
  const variables = services.find(({ base }) => base === service)?.contract.variables ?? [];
  const kindOf = (one: string) => variables.find((own) => own.name === one)?.derive?.kind;
  const signed = derived.filter((one) => kindOf(one) === "jwt");
  // a map of keys is nobody's but the service's own
  const keys = derived.filter((one) => kindOf(one) !== "jwt" && kindOf(one) !== "key-map");
  const made = `${keys.join(", ")} of ${instances} ${service} follows from it: they are made anew`;
  const anew = `${signed.join(", ")} of ${service} ${signed.length === 1 ? "is" : "are"} signed with ${name}, and signed anew in the same step`;
  return [
    ...(keys.length === 0 ? [] : [following("derived", made, "nothing to do")]),
    ...(signed.length === 0
      ? []
      : [following("derived", anew, "what has a copy of the old one elsewhere needs the new one")]),
  ];
}

/** `30 days`, `12 h`, `60 min` */
function spanText(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  if (hours >= 2) return `${Math.round(hours)} h`;
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`;
}

function following(code: string, message: string, hint: string): Finding {
  return { severity: "warning", code, message, hint };
}
