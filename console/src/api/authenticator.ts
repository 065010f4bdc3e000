import { ApiFailure } from "./failure.ts";
import type { Schemas } from "./schema.ts";

/** Why there are no passkeys here, before anybody is asked for one. An address is no name, and passkeys are for names. */
export type Hindrance = { readonly kind: "browser" } | { readonly kind: "address"; readonly better?: string };

export function findHindrance(): Hindrance | undefined {
  const { hostname, port } = location;
  if (/^127\.|^\[::1\]$/.test(hostname)) return { kind: "address", better: `localhost:${port || "80"}` };
  if (/^[\d.]+$|^\[/.test(hostname)) return { kind: "address" };
  return "PublicKeyCredential" in globalThis ? undefined : { kind: "browser" };
}

/** The browser asks for a passkey, and its holder shows that it is them. The library comes with the first time. */
export async function signWithKey(options: Schemas["PasskeyRequestOptions"]): Promise<Schemas["PasskeyAssertion"]> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const optionsJSON = { ...options, allowCredentials: descriptorsOf(options.allowCredentials) };
  const { id, response } = await startAuthentication({ optionsJSON }).catch(explain);
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  const signed = { clientDataJSON, authenticatorData, signature };
  return { id, type: "public-key", response: userHandle === undefined ? signed : { ...signed, userHandle } };
}

/** The same for a new one. */
export async function makeKey(options: Schemas["PasskeyCreationOptions"]): Promise<Schemas["PasskeyAttestation"]> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  const { pubKeyCredParams, excludeCredentials, ...rest } = options;
  const lists = { pubKeyCredParams: [...pubKeyCredParams], excludeCredentials: descriptorsOf(excludeCredentials) };
  const { id, response } = await startRegistration({ optionsJSON: { ...rest, ...lists } }).catch(explain);
  const { clientDataJSON, attestationObject, transports = [] } = response;
  return { id, type: "public-key", response: { clientDataJSON, attestationObject, transports } };
}

function descriptorsOf(all: Schemas["PasskeyRequestOptions"]["allowCredentials"]) {
  return all.map(({ transports, ...one }) => ({ ...one, transports: [...transports] }));
}

/** A browser tells little, so that a page can't find out which passkeys there are. */
function explain(error: unknown): never {
  const { message, hint } = words[error instanceof Error ? error.name : ""] ?? other;
  throw new ApiFailure(0, { code: "PASSKEY", message, hint, findings: [] });
}

const words: Readonly<Record<string, { readonly message: string; readonly hint: string }>> = {
  NotAllowedError: { message: "no passkey was used", hint: "it was cancelled, took too long, or there is none here" },
  AbortError: { message: "no passkey was used", hint: "something else asked for one meanwhile: try again" },
  InvalidStateError: {
    message: "this account has a passkey there already",
    hint: "choose another device for the new one",
  },
};

const other = { message: "the browser could not use a passkey", hint: "try again, or another browser or device" };
