import { digestOf, newSecret, type Assertion, type RelyingParty } from "#access";
import type { Sensitive } from "#kernel";
import type { Context } from "../context.ts";
import { countChallenge } from "./attempt.ts";
import { putChallenge, requestOptions, type RequestOptions } from "./challenge.ts";
import { checkPasskey, refuseCounter, usePasskey } from "./check-passkey.ts";
import { beginSession } from "./log-in.ts";

interface Stranger {
  /** of the network, as the server sees it */
  readonly address: string;
  readonly party: RelyingParty;
}

export interface PasskeyLogin extends Stranger {
  readonly assertion: Assertion;
  /** of {@link askPasskey} */
  readonly visit: Sensitive;
}

/** A challenge for whoever comes, and the secret by which the browser that asked for it is known again. */
export async function askPasskey(
  context: Context,
  { address, party }: Stranger,
): Promise<{ readonly visit: Sensitive; readonly options: RequestOptions }> {
  const visit = newSecret();
  const store = await context.openStore();
  const challenge = await store.transaction(async (tx) => {
    await countChallenge(context, tx, address);
    return putChallenge(context, tx, { holder: digestOf("visit", visit), purpose: "log-in" });
  });
  return { visit, options: requestOptions(party, challenge) };
}

/** A new session of the account whose passkey it is. LOGIN_REFUSED and LOGIN_LOCKED as in {@link checkPasskey}. */
export async function logInWithPasskey(context: Context, { visit, ...login }: PasskeyLogin): Promise<Sensitive> {
  const holder = digestOf("visit", visit);
  const checked = await checkPasskey(context, { ...login, holder, purpose: "log-in" });
  const { account, passkey } = checked;
  const store = await context.openStore();
  const secret = await store.transaction(async (tx) => {
    if (!(await usePasskey(tx, checked))) return undefined;
    return beginSession(context, tx, { account, detail: { address: login.address, passkey: passkey.name } });
  });
  return secret ?? refuseCounter(context, checked);
}
