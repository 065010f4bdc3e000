/**
 * Who makes the new value of a secret, by the manifest. `admin` is the name of a value in the store: the connection URI of
 * whoever may change the credential there. {@link valuesOf} has all that an issuer is given.
 */
export type IssuerEntry = RedisIssuer | PostgresIssuer | CommandIssuer;

/** Names of values in the store that it works with. */
export function valuesOf(issuer: IssuerEntry): readonly string[] {
  return issuer.kind === "command" ? issuer.values : [issuer.admin];
}

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
