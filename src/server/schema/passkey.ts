import { z } from "@hono/zod-openapi";

/** An authenticator's own parts come as browsers write them, with more beside them that nobody needs here. */
const bytes = (most: number) => z.string().regex(/^[\w-]*$/).max(most).describe("base64url");

const time = z.int().describe("milliseconds since 1970");
/** a name of it takes at most 1023 bytes */
const credential = bytes(1364).min(1);
const kind = z.literal("public-key");
const transports = z.array(z.string().regex(/^[a-z-]{1,20}$/)).max(10);

export const assertion = z
  .object({
    id: credential,
    type: kind,
    response: z.object({
      clientDataJSON: bytes(10_000),
      authenticatorData: bytes(10_000),
      signature: bytes(10_000),
      userHandle: bytes(100).optional(),
    }),
  })
  .openapi("PasskeyAssertion");

export const attestation = z
  .object({
    id: credential,
    type: kind,
    response: z.object({
      clientDataJSON: bytes(10_000),
      attestationObject: bytes(100_000),
      transports: transports.optional(),
    }),
  })
  .openapi("PasskeyAttestation");

export const password = z.string().min(1).max(1000);

/** what a body has in which somebody who is logged in proves it again */
export const proofFields = {
  password: password.optional().describe("of the account that asks"),
  /** in place of the password, for a challenge of /v1/proof/challenge */
  passkey: assertion.optional(),
};

const isOneProof = ({ password, passkey }: { readonly password?: unknown; readonly passkey?: unknown }) =>
  (password === undefined) !== (passkey === undefined);

/** Where some callers have nothing to prove. */
export const isNotTwoProofs = ({ password, passkey }: { readonly password?: unknown; readonly passkey?: unknown }) =>
  password === undefined || passkey === undefined;

export const proof = z.strictObject(proofFields).refine(isOneProof).openapi("Proof");

const label = z.string().trim().regex(/^\P{C}{1,60}$/u).describe("what its holder calls it");
export const newPasskey = z.strictObject({ name: label, passkey: attestation }).openapi("NewPasskey");

const secret = z.string().min(1).max(200).describe("of the one-time link");
const account = z.string().min(1).max(63);
export const linkHolder = z.strictObject({ secret, name: account }).openapi("LinkHolder");
export const passkeySetup = z
  .strictObject({ secret, name: account, passkeyName: label, passkey: attestation })
  .openapi("PasskeySetup");
export const passkeyLogin = z.strictObject({ passkey: assertion }).openapi("PasskeyLogin");

export const passkeyParameter = z.object({ passkey: z.string().min(1).max(63) });
export const madePasskey = z.strictObject({ id: z.string() }).openapi("MadePasskey");
export const ownPasskeys = z
  .strictObject({
    hasPassword: z.boolean(),
    passkeys: z
      .array(z.strictObject({ id: z.string(), name: z.string(), createdAt: time, usedAt: time.optional() }))
      .readonly(),
  })
  .openapi("OwnPasskeys");

const descriptors = z
  .array(z.strictObject({ type: kind, id: z.string(), transports: z.array(z.string()).readonly() }))
  .readonly();
const needed = z.literal("required");

/** for navigator.credentials.get */
export const requestOptions = z
  .strictObject({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    userVerification: needed,
    allowCredentials: descriptors,
  })
  .openapi("PasskeyRequestOptions");

/** for navigator.credentials.create */
export const creationOptions = z
  .strictObject({
    challenge: z.string(),
    rp: z.strictObject({ id: z.string(), name: z.string() }),
    user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.strictObject({ type: kind, alg: z.int() })).readonly(),
    timeout: z.int(),
    excludeCredentials: descriptors,
    authenticatorSelection: z.strictObject({
      residentKey: needed,
      requireResidentKey: z.literal(true),
      userVerification: needed,
    }),
    attestation: z.literal("none"),
  })
  .openapi("PasskeyCreationOptions");
