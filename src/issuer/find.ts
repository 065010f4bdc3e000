import type { IssuerEntry } from "#contract";
import type { Sensitive } from "#kernel";
import type { Egress } from "#provider";
import type { Issuer } from "./issuer.ts";
import { redisIssuer } from "./redis.ts";

export interface Means {
  readonly egress: Egress;
  /** the value that the entry's `admin` names; asked for when something is done */
  readonly admin: () => Promise<Sensitive>;
}

export function issuerFor(entry: IssuerEntry, means: Means): Issuer {
  return redisIssuer(entry, means);
}
