import type { IssuerEntry } from "#contract";
import type { Clock, Sensitive } from "#kernel";
import type { Egress } from "#provider";
import type { Issuer } from "./issuer.ts";
import { postgresIssuer } from "./postgres.ts";
import { redisIssuer } from "./redis.ts";

export interface Means {
  readonly egress: Egress;
  readonly clock: Clock;
  /** the value that the entry's `admin` names; asked for when something is done */
  readonly admin: () => Promise<Sensitive>;
}

export function issuerFor(entry: IssuerEntry, means: Means): Issuer {
  switch (entry.kind) {
    case "redis":
      return redisIssuer(entry, means);
    case "postgres":
      return postgresIssuer(entry, means);
  }
}
