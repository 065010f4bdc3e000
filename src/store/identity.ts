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
  list(): Promise<readonly Account[]>;
  /** with the password's hash, where there is one */
  find(name: string): Promise<(Account & { readonly password?: string }) | undefined>;
  /** false when the name is taken */
  add(account: Pick<Account, "id" | "name" | "roles" | "actor">): Promise<boolean>;
  setRoles(id: string, roles: string): Promise<void>;
  setPassword(id: string, hash: string): Promise<void>;
  /** its sessions and its link end with it */
  disable(id: string): Promise<void>;
  /** a link that lets its holder choose a password, once; it takes the place of the one before. No account: the first one */
  putLink(link: { readonly digest: string; readonly account?: string; readonly expiresAt: number }): Promise<void>;
  /** it would open something now */
  hasLink(digest: string): Promise<boolean>;
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
