/**
 * Who makes the new value of a secret, by the manifest. `admin` is the name of a value in the store: the connection URI of
 * whoever may change the credential there.
 */
export type IssuerEntry = RedisIssuer | PostgresIssuer;

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
