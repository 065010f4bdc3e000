/**
 * Who makes the new value of a secret, by the manifest. `admin` is the name of a value in the store: the connection URI of
 * whoever may change the credential there. {@link valuesOf} has all that an issuer is given.
 */
export type IssuerEntry =
  | RedisIssuer
  | PostgresIssuer
  | GrafanaIssuer
  | TwilioIssuer
  | LiveKitIssuer
  | IamIssuer
  | CommandIssuer;

/** Names of values in the store that it works with. */
export function valuesOf(issuer: IssuerEntry): readonly string[] {
  switch (issuer.kind) {
    case "redis":
    case "postgres":
    case "grafana":
      return [issuer.admin];
    case "twilio":
    case "livekit":
      return [];
    case "iam":
      return issuer.admin === undefined ? [] : [issuer.admin];
    case "command":
      return issuer.values;
  }
}

/**
 * The other side uses the value towards services as well, the old one until the new one is promoted there, which ends the
 * old one at once. It is so when everything takes both, and before anything forgets the old one.
 */
export function promotes({ kind }: IssuerEntry): boolean {
  return kind === "twilio";
}

/** How many values it makes; a command makes what it is asked for. */
export function needsPair({ kind }: IssuerEntry): "one" | "two" | "any" {
  if (kind === "command") return "any";
  return kind === "livekit" || kind === "iam" ? "two" : "one";
}

/** Nothing outside has to know it: it is made as random values are. */
export function isMadeHere(entry: IssuerEntry): entry is LiveKitIssuer {
  return entry.kind === "livekit";
}

export type OutsideIssuer = Exclude<IssuerEntry, LiveKitIssuer>;

/** A user of Redis' access control list, who may have several passwords at once. */
interface RedisIssuer {
  readonly kind: "redis";
  readonly user: string;
  readonly admin: string;
}

/** Two roles of PostgreSQL in turn, or the password of one. */
interface PostgresIssuer {
  readonly kind: "postgres";
  readonly roles?: readonly [string, string];
  readonly role?: string;
  readonly admin: string;
}

/** The password of a user of Grafana. */
interface GrafanaIssuer {
  readonly kind: "grafana";
  readonly user: string;
  /** a URL with the login of a server administrator; without one, the user changes it */
  readonly admin: string;
}

/** The auth token of an account, by a secondary one that is promoted. */
interface TwilioIssuer {
  readonly kind: "twilio";
  /** its SID */
  readonly account: string;
}

/** A key and its secret for a LiveKit server of the platform's own. */
interface LiveKitIssuer {
  readonly kind: "livekit";
}

/** An access key of a user, by the query API that Amazon's IAM has and Ceph's gateway speaks. */
interface IamIssuer {
  readonly kind: "iam";
  readonly user: string;
  /** https://iam.amazonaws.com where absent */
  readonly endpoint?: string;
  readonly region: string;
  /** an access key id, a colon and its secret; the pair changes itself where absent */
  readonly admin?: string;
}

/** A command of the platform's own, run where Keyturn runs. */
interface CommandIssuer {
  readonly kind: "command";
  /** argument list; a path is relative to the manifest */
  readonly run: readonly string[];
  /** names of values in the store that it is given */
  readonly values: readonly string[];
  /** both values are taken until the old one is revoked */
  readonly overlap: boolean;
  /** milliseconds */
  readonly timeout: number;
}
