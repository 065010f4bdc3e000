import type { z } from "@hono/zod-openapi";
import type { Context as Exchange } from "hono";
import { AppError, Sensitive } from "#kernel";
import type { Proof, Visitor } from "#operation";
import { callerAddress } from "./caller-address.ts";
import { relyingParty } from "./entrance.ts";
import { callerOf, type Env } from "./exchange.ts";
import type { Installation } from "./installation.ts";
import type { assertion, attestation } from "./schema/passkey.ts";

/** The account that is logged in. PERMISSION_DENIED for a program's token, behind which there is nobody to ask again. */
export function visitorOf({ entrance }: Installation, exchange: Exchange<Env>): Visitor {
  const { kind, name } = callerOf(exchange);
  const session = exchange.get("session");
  if (kind !== "account" || session === undefined) {
    throw new AppError("PERMISSION_DENIED", "this is not for service tokens", { hint: "log in as an account" });
  }
  return { name, session, address: callerAddress(exchange, entrance), party: relyingParty(entrance) };
}

interface Proving {
  readonly password?: string | undefined;
  readonly passkey?: z.output<typeof assertion> | undefined;
}

/** One of both is there: the schema sees to it. */
export function proofOf({ password = "", passkey }: Proving): Proof {
  return passkey === undefined
    ? { kind: "password", password: Sensitive.of(password) }
    : { kind: "passkey", assertion: assertionOf(passkey) };
}

export function assertionOf({ id, response }: z.output<typeof assertion>) {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return { id, clientDataJSON, authenticatorData, signature, ...(userHandle === undefined ? {} : { userHandle }) };
}

export function newPasskeyOf(name: string, { id, response }: z.output<typeof attestation>) {
  const { clientDataJSON, attestationObject, transports = [] } = response;
  return { name, attestation: { id, clientDataJSON, attestationObject, transports } };
}
