import type { OutsideIssuer } from "#contract";
import type { Issuer } from "./issuer.ts";
import { commandIssuer } from "./command.ts";
import { grafanaIssuer } from "./grafana.ts";
import { iamIssuer } from "./iam.ts";
import { postgresIssuer } from "./postgres.ts";
import { redisIssuer } from "./redis.ts";
import type { Means } from "./means.ts";
import { twilioIssuer } from "./twilio.ts";

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
