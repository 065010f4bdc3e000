import { versionAt } from "#binding";
import type { Sensitive } from "#kernel";
import type { Caller } from "../account/identify.ts";
import { inEnvironment, type Context } from "../context.ts";
import { readStock } from "../deploy/survey.ts";

/** The services of the platform that make runtimes for its users. */
export const provisioner: Caller = {
  kind: "token",
  name: "provisioner",
  actor: { name: "service:provisioner" },
  held: [{ environment: "*", role: "operator" }],
};

const tokenName = "PROVISIONER_INTERNAL_TOKEN";

/** Compares in the same time whatever was sent. False as well where the store has no such token, or a short one. */
export async function isProvisioner(context: Context, given: Sensitive): Promise<boolean> {
  // a name that the manifest does not know would be made in the store
  await context.loadPlatform();
  return inEnvironment(context, async (environment) => {
    const stock = await readStock(environment);
    const version = versionAt(stock, tokenName, { service: "", host: "" });
    const expected = version === undefined ? undefined : stock.opened.get(version.id);
    return expected !== undefined && expected.byteLength >= shortest && expected.equals(given);
  });
}

/** bytes; a shorter one could be guessed */
const shortest = 16;
