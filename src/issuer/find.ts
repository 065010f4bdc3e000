import type { OutsideIssuer } from "#contract";
import type { Clock, Sensitive } from "#kernel";
import type { Egress } from "#provider";
import type { Issuer } from "./issuer.ts";
import { commandIssuer } from "./command.ts";
import { grafanaIssuer } from "./grafana.ts";
import { iamIssuer } from "./iam.ts";
import { postgresIssuer } from "./postgres.ts";
import { redisIssuer } from "./redis.ts";
import { twilioIssuer } from "./twilio.ts";

export interface Means {
  readonly egress: Egress;
  readonly clock: Clock;
  /** writes down at once what a later try of this intent has to know; no value */
  readonly note: (id: string, noted: string) => Promise<void>;
  /** one of the store that an entry names; asked for when something is done */
  readonly value: (name: string) => Promise<Sensitive>;
  /** of the manifest: where commands are started */
  readonly folder: string;
  /** the environment that they have, without values of the store */
  readonly variables: Readonly<Record<string, string>>;
  /** name of the platform's environment */
  readonly environment: string;
}

export function issuerFor(entry: OutsideIssuer, means: Means): Issuer {
  switch (entry.kind) {
    case "redis":
      return redisIssuer(entry, means);
    case "postgres":
      return postgresIssuer(entry, means);
    case "grafana":
      return grafanaIssuer(entry, means);
    case "twilio":
      return twilioIssuer(entry, means);
    case "iam":
      return iamIssuer(entry, means);
    case "command":
      return commandIssuer(entry, means);
  }
}
