import { randomBytes } from "node:crypto";
import { isMadeHere } from "#contract";
import { makeLiveKitPair } from "#issuer";
import { AppError } from "#kernel";
import { declarationsOf } from "../value/declaration.ts";
import { ruleFor } from "../value/generate-rule.ts";
import { makeValue } from "../value/generate-values.ts";
import type { Made } from "./intent.ts";
import type { Prepared } from "./rotation-plan.ts";

/** A new value that nobody outside has to know. Of a pair each half by its own contract's rule, or both in LiveKit's form. */
export function makeHere(prepared: Prepared): Made & { readonly origin: "generated" } {
  const { plan, entry, companion } = prepared;
  if (entry !== undefined && isMadeHere(entry)) {
    const { key, secret } = makeLiveKitPair(randomBytes);
    return { value: secret, companion: key, origin: "generated" };
  }
  const value = madeFor(prepared, plan.name);
  return {
    value,
    ...(companion === undefined ? {} : { companion: madeFor(prepared, companion.name) }),
    origin: "generated",
  };
}

function madeFor({ platform, plan: { scope } }: Prepared, name: string) {
  return makeValue(name, ruleFor(platform, name), declarationsOf(platform, name, scope));
}

/** What is somebody's is made where they make it: a pair, and what a provider knows. ROTATION_REFUSED */
export function refuseUnmade({ plan: { name, companion, unmade } }: Prepared): void {
  if (unmade === undefined) return;
  const [takes, them, where] =
    companion === undefined ? ["it from you", "it", "its contract"] : ["both", "them", "the contract of either"];
  throw new AppError("ROTATION_REFUSED", `nothing makes a new ${unmade.join(" and ")}`, {
    hint: `\`keyturn rotate ${name} --value\` takes ${takes}; an issuer in keyturn.yaml makes ${them}, or @generate in ${where}, docs/rotation.md`,
  });
}
