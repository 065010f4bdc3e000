// Written from the server's own document. After a change of the API:
// npx vitest run test/console/schema.test.ts --update

export interface Schemas {
  readonly AccountList: { readonly accounts: readonly ({ readonly id: string; readonly name: string; readonly roles: readonly (Schemas["RoleAt"])[]; readonly hasPassword: boolean; readonly disabledAt?: number; readonly actor: string; readonly createdAt: number })[] };
  readonly Audit: { readonly entries: readonly ({ readonly seq: number; readonly at: number; readonly actor: { readonly name: string }; readonly action: string; readonly environment?: string; readonly subject: string; readonly detail: { readonly [name: string]: unknown }; readonly leaf: string })[] };
  readonly BegunRollout: { readonly rollout: string };
  readonly Difference: { readonly kind: string; readonly [name: string]: unknown };
  readonly Drift: { readonly environment: string; readonly drift: readonly ({ readonly target: string; readonly kind: string; readonly message: string; readonly mend: string; readonly fixable: boolean })[]; readonly clean: readonly (string)[]; readonly findings: readonly (Schemas["Finding"])[] };
  readonly Environments: { readonly environments: readonly ({ readonly name: string; readonly role: "viewer" | "operator" | "admin" })[] };
  readonly Failure: { readonly error: { readonly code: string; readonly message: string; readonly hint: string; readonly findings: readonly (Schemas["Finding"])[] } };
  readonly Finding: { readonly severity: "error" | "warning" | "notice"; readonly code: string; readonly message: string; readonly position?: { readonly file: string; readonly line: number; readonly column: number }; readonly hint?: string; readonly [name: string]: unknown };
  readonly Login: { readonly name: string; readonly password: string };
  readonly Logout: { readonly all?: boolean };
  readonly Me: { readonly kind: "account" | "token"; readonly name: string; readonly roles: readonly (Schemas["RoleAt"])[]; readonly formToken?: string };
  readonly NewAccount: { readonly name: string; readonly roles: readonly (string)[] };
  readonly NewRoles: { readonly roles: readonly (string)[] };
  readonly NewRollout: { readonly part?: readonly (string)[] };
  readonly NewToken: { readonly name: string; readonly roles: readonly (string)[]; readonly days?: number };
  readonly NothingToDo: { readonly kind: "nothing" };
  readonly OneTimeSecret: { readonly secret: string; readonly expiresAt: number };
  readonly Plan: { readonly plan: { readonly environment: string; readonly changes: readonly (Schemas["TargetPlan"])[]; readonly unchanged: readonly (string)[]; readonly absent: readonly ({ readonly target: string; readonly host: string; readonly kind: "unreachable" | "excluded"; readonly message: string; readonly code?: string; readonly hint?: string })[]; readonly left: readonly ({ readonly target: string; readonly host: string; readonly differences: readonly (Schemas["Difference"])[] })[]; readonly findings: readonly (Schemas["Finding"])[] }; readonly findings: readonly (Schemas["Finding"])[] };
  readonly RoleAt: { readonly environment: string; readonly role: "viewer" | "operator" | "admin" };
  readonly Rollout: { readonly id: string; readonly kind: string; readonly release: number; readonly state: string; readonly actor: string; readonly startedAt: number; readonly endedAt?: number; readonly waves: readonly ({ readonly number: number; readonly of: number; readonly targets: readonly (string)[] })[]; readonly targets: readonly ({ readonly target: string; readonly host: string; readonly state: "waiting" | "working" | "done" | "failed" | "returned"; readonly step?: string; readonly detail?: string })[]; readonly outcome?: { readonly kind: string; readonly failure?: { readonly host: string; readonly target: string; readonly step: string; readonly detail: string } } };
  readonly Rollouts: { readonly rollouts: readonly ({ readonly id: string; readonly kind: string; readonly release: number; readonly state: string; readonly actor: string; readonly startedAt: number; readonly endedAt?: number })[] };
  readonly Secrets: { readonly secrets: readonly ({ readonly name: string; readonly scope: { readonly service?: string; readonly host?: string }; readonly version: number; readonly sensitive: boolean; readonly fingerprint: string; readonly actor: string; readonly createdAt: number; readonly holders: readonly (string)[]; readonly ungranted: readonly (string)[] })[] };
  readonly Setup: { readonly secret: string; readonly name: string; readonly password: string };
  readonly Status: { readonly platform: string; readonly environment: string; readonly rows: readonly ({ readonly service: string; readonly host: string; readonly instance: string; readonly state: string; readonly release: string; readonly startedAt?: number; readonly health: { readonly kind: "healthy"; readonly release?: string } | { readonly kind: "unhealthy"; readonly detail: string } | { readonly kind: "unchecked" }; readonly differences: readonly (Schemas["Difference"])[] })[]; readonly open?: { readonly rollout: string; readonly actor: string; readonly startedAt: number }; readonly findings: readonly (Schemas["Finding"])[] };
  readonly TargetPlan: { readonly target: string; readonly service: string; readonly host: string; readonly order: number; readonly reasons: readonly (Schemas["Difference"])[]; readonly variables: readonly ({ readonly kind: "added" | "changed" | "removed"; readonly name: string; readonly sensitive: boolean; readonly from?: { readonly fingerprint: string; readonly version?: number }; readonly to?: { readonly fingerprint: string; readonly version?: number } })[]; readonly steps: readonly ({ readonly kind: string; readonly [name: string]: unknown })[]; readonly downtime: { readonly kind: string; readonly [name: string]: unknown }; readonly noReturn?: { readonly release: string; readonly names: readonly (string)[] } };
  readonly TokenList: { readonly tokens: readonly ({ readonly id: string; readonly name: string; readonly roles: readonly (Schemas["RoleAt"])[]; readonly state: "live" | "expired" | "revoked"; readonly actor: string; readonly createdAt: number; readonly expiresAt: number; readonly usedAt?: number; readonly revokedAt?: number })[] };
}

export interface Routes {
  readonly "DELETE /v1/tokens/{name}": { readonly params: { readonly name: string }; readonly query: object; readonly body: undefined; readonly answer: undefined };
  readonly "GET /v1/accounts": { readonly params: object; readonly query: object; readonly body: undefined; readonly answer: Schemas["AccountList"] };
  readonly "GET /v1/environments": { readonly params: object; readonly query: object; readonly body: undefined; readonly answer: Schemas["Environments"] };
  readonly "GET /v1/environments/{environment}/audit": { readonly params: { readonly environment: string }; readonly query: { readonly limit?: number; readonly subject?: string }; readonly body: undefined; readonly answer: Schemas["Audit"] };
  readonly "GET /v1/environments/{environment}/drift": { readonly params: { readonly environment: string }; readonly query: { readonly part?: string | readonly (string)[] }; readonly body: undefined; readonly answer: Schemas["Drift"] };
  readonly "GET /v1/environments/{environment}/plan": { readonly params: { readonly environment: string }; readonly query: { readonly part?: string | readonly (string)[] }; readonly body: undefined; readonly answer: Schemas["Plan"] };
  readonly "GET /v1/environments/{environment}/rollouts": { readonly params: { readonly environment: string }; readonly query: { readonly limit?: number }; readonly body: undefined; readonly answer: Schemas["Rollouts"] };
  readonly "GET /v1/environments/{environment}/rollouts/{rollout}": { readonly params: { readonly environment: string; readonly rollout: string }; readonly query: object; readonly body: undefined; readonly answer: Schemas["Rollout"] };
  readonly "GET /v1/environments/{environment}/rollouts/{rollout}/events": { readonly params: { readonly environment: string; readonly rollout: string }; readonly query: object; readonly body: undefined; readonly answer: undefined };
  readonly "GET /v1/environments/{environment}/secrets": { readonly params: { readonly environment: string }; readonly query: object; readonly body: undefined; readonly answer: Schemas["Secrets"] };
  readonly "GET /v1/environments/{environment}/status": { readonly params: { readonly environment: string }; readonly query: { readonly part?: string | readonly (string)[] }; readonly body: undefined; readonly answer: Schemas["Status"] };
  readonly "GET /v1/me": { readonly params: object; readonly query: object; readonly body: undefined; readonly answer: Schemas["Me"] };
  readonly "GET /v1/tokens": { readonly params: object; readonly query: object; readonly body: undefined; readonly answer: Schemas["TokenList"] };
  readonly "POST /v1/accounts": { readonly params: object; readonly query: object; readonly body: Schemas["NewAccount"]; readonly answer: Schemas["OneTimeSecret"] };
  readonly "POST /v1/accounts/{name}/disable": { readonly params: { readonly name: string }; readonly query: object; readonly body: undefined; readonly answer: undefined };
  readonly "POST /v1/accounts/{name}/link": { readonly params: { readonly name: string }; readonly query: object; readonly body: undefined; readonly answer: Schemas["OneTimeSecret"] };
  readonly "POST /v1/environments/{environment}/rollouts": { readonly params: { readonly environment: string }; readonly query: object; readonly body: Schemas["NewRollout"]; readonly answer: Schemas["NothingToDo"] };
  readonly "POST /v1/environments/{environment}/rollouts/{rollout}/continue": { readonly params: { readonly environment: string; readonly rollout: string }; readonly query: object; readonly body: undefined; readonly answer: Schemas["BegunRollout"] };
  readonly "POST /v1/environments/{environment}/rollouts/{rollout}/pause": { readonly params: { readonly environment: string; readonly rollout: string }; readonly query: object; readonly body: undefined; readonly answer: Schemas["BegunRollout"] };
  readonly "POST /v1/environments/{environment}/rollouts/{rollout}/take-back": { readonly params: { readonly environment: string; readonly rollout: string }; readonly query: object; readonly body: undefined; readonly answer: Schemas["BegunRollout"] };
  readonly "POST /v1/login": { readonly params: object; readonly query: object; readonly body: Schemas["Login"]; readonly answer: Schemas["Me"] };
  readonly "POST /v1/logout": { readonly params: object; readonly query: object; readonly body: Schemas["Logout"]; readonly answer: undefined };
  readonly "POST /v1/setup": { readonly params: object; readonly query: object; readonly body: Schemas["Setup"]; readonly answer: undefined };
  readonly "POST /v1/tokens": { readonly params: object; readonly query: object; readonly body: Schemas["NewToken"]; readonly answer: Schemas["OneTimeSecret"] };
  readonly "PUT /v1/accounts/{name}/roles": { readonly params: { readonly name: string }; readonly query: object; readonly body: Schemas["NewRoles"]; readonly answer: undefined };
}
