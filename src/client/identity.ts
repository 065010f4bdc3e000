import { Sensitive } from "#kernel";
import type { AccountLink, Home, ListedAccount, ServiceToken } from "#operation";
import { inPath } from "./name.ts";
import type { Server } from "./server.ts";

type Identity =
  | "addAccount"
  | "createToken"
  | "disableAccount"
  | "linkAccount"
  | "listAccounts"
  | "listTokens"
  | "revokeToken"
  | "setAccountRoles";

/** Accounts and service tokens, which belong to every environment. */
export function identities({ ask }: Server): Pick<Home, Identity> {
  const once = async (path: string, body?: unknown): Promise<AccountLink> => {
    const { secret, expiresAt } = await ask<OneTime>("POST", path, body === undefined ? {} : { body });
    return { secret: Sensitive.of(secret), expiresAt };
  };
  return {
    listAccounts: async () => (await ask<{ readonly accounts: readonly ListedAccount[] }>("GET", "/accounts")).accounts,
    addAccount: (name, roles) => once("/accounts", { name, roles }),
    linkAccount: async (name) => once(`/accounts/${inPath(name)}/link`),
    setAccountRoles: async (name, roles) => ask("PUT", `/accounts/${inPath(name)}/roles`, { body: { roles } }),
    disableAccount: async (name) => ask("POST", `/accounts/${inPath(name)}/disable`),
    listTokens: async () => (await ask<{ readonly tokens: readonly ServiceToken[] }>("GET", "/tokens")).tokens,
    createToken: (request) => once("/tokens", request),
    revokeToken: async (name) => ask("DELETE", `/tokens/${inPath(name)}`),
  };
}

interface OneTime {
  readonly secret: string;
  readonly expiresAt: number;
}
