import { versionFor } from "#binding";
import type { Sensitive } from "#kernel";
import type { Caller } from "../account/identify.ts";
import { readEnvironment, type Context } from "../context.ts";

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
  return readEnvironment(context, async ({ values }) => {
    const versions = (await values.present()).filter(({ name }) => name === tokenName);
    const id = versionFor(versions, { service: "", host: "" })?.winner.id;
    const expected = id === undefined ? undefined : (await values.openAll([id])).opened.get(id);
    return expected !== undefined && expected.byteLength >= shortest && expected.equals(given);
  });
}

/** bytes; a shorter one could be guessed */
const shortest = 16;
