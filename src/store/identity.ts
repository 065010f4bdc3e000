/** Who may come in through the server. Roles are text as `access` writes it; secrets are kept as digests alone. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly roles: string;
  /** has used its first link */
  readonly hasPassword: boolean;
  readonly disabledAt?: number;
  readonly actor: string;
  readonly createdAt: number;
}

export interface Accounts {
  list(): Promise<readonly (Account & { readonly passkeys: number })[]>;
  /** with the password's hash, where there is one */
  find(name: string): Promise<(Account & { readonly password?: string }) | undefined>;
  /** false when the name is taken */
  add(account: Pick<Account, "id" | "name" | "roles" | "actor">): Promise<boolean>;
  setRoles(id: string, roles: string): Promise<void>;
  /** no hash: it has none from then on */
  setPassword(id: string, hash: string | undefined): Promise<void>;
  /** its sessions, its link and its passkeys end with it */
  disable(id: string): Promise<void>;
  /** a link that lets its holder choose how to log in, once; it takes the place of the one before. No account: the first one */
  putLink(link: { readonly digest: string; readonly account?: string; readonly expiresAt: number }): Promise<void>;
  /** what it would open now */
  findLink(digest: string): Promise<{ readonly account?: string } | undefined>;
  /** gives the link once and never again; undefined when it is used, replaced, past its time or unknown */
  takeLink(digest: string): Promise<{ readonly account?: string } | undefined>;
}

export interface Session {
  readonly account: Account;
  readonly createdAt: number;
  readonly seenAt: number;
}

export interface Sessions {
  /** those that began before `olderThan` are removed */
  begin(session: { readonly digest: string; readonly account: string; readonly olderThan: number }): Promise<void>;
  find(digest: string): Promise<Session | undefined>;
  touch(digest: string): Promise<void>;
  end(digest: string): Promise<void>;
  /** gives how many there were */
  endAll(account: string): Promise<number>;
}

/** A key pair, of which the private half stays with the authenticator that made it. */
export interface Passkey {
  readonly id: string;
  readonly account: string;
  /** what its holder calls it */
  readonly name: string;
  /** what its authenticator calls it, in base64url */
  readonly credential: string;
  /** how its authenticator is reached, as the browser told: `usb`, `internal` … */
  readonly transports: readonly string[];
  readonly createdAt: number;
  readonly usedAt?: number;
}

interface NewPasskey extends Omit<Passkey, "createdAt" | "usedAt"> {
  /** COSE */
  readonly publicKey: Uint8Array;
  readonly counter: number;
}

export interface Passkeys {
  /** oldest first */
  list(account: string): Promise<readonly Passkey[]>;
  find(
    credential: string,
  ): Promise<{ readonly passkey: Passkey; readonly publicKey: Uint8Array; readonly account: Account } | undefined>;
  /** false when there is one of that credential */
  add(passkey: NewPasskey): Promise<boolean>;
  /**
   * Notes that it was used. False, and nothing is noted, when it is gone, and when its authenticator counts but did not count
   * on: of two that have the same key, the one that is behind is told by that.
   */
  use(id: string, counter: number): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** gives how many there were */
  removeAll(account: string): Promise<number>;
}

/** A question to an authenticator, which only the browser that asked for it may answer. */
export interface Challenge {
  readonly digest: string;
  /** digest of what that browser has: a session, a link, a cookie of its own */
  readonly holder: string;
  readonly purpose: "log-in" | "prove" | "add" | "set-up";
}

export interface Challenges {
  /** those past their time are removed */
  put(challenge: Challenge & { readonly account?: string; readonly expiresAt: number }): Promise<void>;
  /** gives it once and never again; undefined when it is used, past its time, another's or unknown */
  take(challenge: Challenge): Promise<{ readonly account?: string } | undefined>;
}

/** Guesses at something, counted in windows of time; kept, so that a restart forgives nothing. */
export interface Attempts {
  /**
   * Counts one more and gives how many that makes in the window, and when that one ends. A window that has passed, or that
   * begins in the future because the clock was set back, begins anew. Those long past are removed.
   */
  add(key: string, window: number): Promise<{ readonly count: number; readonly until: number }>;
  /** takes one back */
  forgive(key: string): Promise<void>;
  clear(key: string): Promise<void>;
}

/** What a program has instead of a password. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly roles: string;
  readonly actor: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** to the minute */
  readonly usedAt?: number;
  readonly revokedAt?: number;
}

export interface Tokens {
  list(): Promise<readonly Token[]>;
  /** false when a token that is not revoked has the name */
  add(
    token: Pick<Token, "id" | "name" | "roles" | "actor" | "expiresAt"> & { readonly digest: string },
  ): Promise<boolean>;
  find(digest: string): Promise<Token | undefined>;
  touch(id: string): Promise<void>;
  /** false when none of that name is left to revoke */
  revoke(name: string): Promise<boolean>;
}
