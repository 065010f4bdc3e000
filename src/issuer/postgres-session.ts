import { AppError, type Sensitive } from "#kernel";
import { findProvider, loginOf, queryPostgres, speak, talkPostgres } from "#provider";
import { textOf } from "./connection-value.ts";
import type { Means } from "./means.ts";

export interface PostgresSession {
  /** Columns as text. Names and texts in it are quoted by {@link identifier} and {@link literal}. */
  readonly query: (sql: string) => Promise<readonly (readonly (string | null)[])[]>;
}

interface PostgresTo {
  /** the name that an error tells */
  readonly name: string;
  readonly uri: Sensitive;
  /** instead of the URI's own */
  readonly login?: { readonly user: string; readonly password: string; readonly database?: string };
}

/** Logged in for one piece of work. ISSUER_REFUSED where the login is not taken, ISSUER_UNREACHABLE where nobody answers. */
export async function withPostgres<T>(
  { egress }: Means,
  { name, uri, login }: PostgresTo,
  work: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  const probe = findProvider("postgresql")?.probe;
  if (probe?.kind !== "stream") throw new AppError("INTERNAL", "the catalogue has no PostgreSQL");
  const signal = AbortSignal.timeout(egress.limit * 2);
  const spoken = await speak(probe, textOf(uri), { egress, nearby: true, signal }, async (conversation, url) => {
    const { user = "", password = "", database = user } = { ...loginOf(url), ...login };
    const mode = url.searchParams.get("sslmode") ?? "prefer";
    const { state, meaning } = await talkPostgres(conversation, { user, password, database, mode });
    if (state === "rate-limited") throw unreachable(`PostgreSQL, where ${name} says: ${meaning}`);
    if (state !== "ok") throw refused(`PostgreSQL, where ${name} says: ${meaning}`);
    return work({
      query: async (sql) => {
        const queried = await queryPostgres(conversation, sql);
        if (queried.kind === "rows") return queried.rows;
        throw failure(queried.code);
      },
    });
  });
  if (spoken.kind === "spoken") return spoken.result;
  if (spoken.kind === "refused") throw refused(`${name}: ${spoken.reason}`);
  throw unreachable(`PostgreSQL, where ${name} says: ${spoken.reason}`);
}

/** Classes of SQLSTATE that pass by themselves: connection, transaction, resources, the operator at work. */
const passing = /^(?:08|40|53|55|57)/;

function failure(code: string): AppError {
  if (passing.test(code)) return unreachable(`PostgreSQL can't do it now (${code})`);
  const why = code === "42501" ? "the administrator may not do it (42501)" : `it answers ${code}`;
  return refused(`PostgreSQL refuses: ${why}`);
}

export function refused(message: string, hint?: string): AppError {
  return new AppError("ISSUER_REFUSED", message, hint === undefined ? {} : { hint });
}

function unreachable(message: string): AppError {
  return new AppError("ISSUER_UNREACHABLE", message);
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? ` E${quoted}` : quoted;
}
