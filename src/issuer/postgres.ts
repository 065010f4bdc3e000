import type { IssuerEntry } from "#contract";
import { AppError, type Sensitive } from "#kernel";
import { isUri, loginIn, textOf, withLogin } from "./connection-value.ts";
import type { Means } from "./means.ts";
import type { Intent, Issued, Issuer } from "./issuer.ts";
import { closeRole, countSessions, endSessions, hasRole, likenRole, openLogin, setPassword } from "./postgres-role.ts";
import { identifier, refused, withPostgres, type PostgresSession } from "./postgres-session.ts";

type Entry = Extract<IssuerEntry, { kind: "postgres" }>;

/**
 * Two roles in turn, each with a password of its own, so that both are let in meanwhile; or the password of one role,
 * which PostgreSQL has one of.
 */
export function postgresIssuer(entry: Entry, means: Means): Issuer {
  const { roles, role = "" } = entry;
  return roles === undefined ? passwordOf(role, entry, means) : rolesInTurn(roles, entry, means);
}

function rolesInTurn(roles: readonly [string, string], { admin }: Entry, means: Means): Issuer {
  const session = <T>(work: (session: PostgresSession) => Promise<T>) => asAdmin(means, admin, work);
  return {
    does: `the other of the PostgreSQL roles ${roles.join(" and ")}, with a new password`,
    where: "PostgreSQL",
    overlap: true,
    async make(intent) {
      const [old, next] = turnOf(roles, intent);
      await session((to) => openRole(to, means, { old, next, password: textOf(intent.draft) }));
      return proved(means, admin, intent, next);
    },
    async revoke(intent, which) {
      const [old, next] = turnOf(roles, intent);
      const role = which === "old" ? old : next;
      await session(async (to) => {
        if (!(await hasRole(to, role))) return;
        if (which === "old" && !intent.compromised) await refuseSessions(to, role, means);
        await closeRole(to, role);
      });
    },
  };
}

function passwordOf(role: string, { admin }: Entry, means: Means): Issuer {
  const session = async (intent: Intent, work: (session: PostgresSession) => Promise<void>) =>
    intent.name === admin ? asItself(means, intent, work) : asAdmin(means, admin, work);
  return {
    does: `another password of the PostgreSQL role ${role}`,
    where: "PostgreSQL",
    overlap: false,
    async make(intent) {
      const { present, draft, name } = intent;
      const user = loginIn(present).user ?? role;
      if (isUri(present) && user !== role) throw refused(`${name} logs in as another role than ${role}`);
      await session(intent, async (to) => {
        if (!(await hasRole(to, role))) throw refused(`PostgreSQL has no role ${role}`);
        await (name === admin ? setPassword : openLogin)(to, role, textOf(draft));
      });
      return proved(means, admin, intent, role);
    },
    async revoke(intent, which) {
      const { present, compromised } = intent;
      await session(intent, async (to) => {
        const set = intent.name === admin ? setPassword : openLogin;
        if (which === "new") await set(to, role, loginIn(present).password);
        else if (compromised) await endSessions(to, role);
      });
    },
  };
}

/** The role that the value has, and the one whose turn it is. */
function turnOf([first, second]: readonly [string, string], { present, name }: Intent): readonly [string, string] {
  const { user } = loginIn(present);
  if (user === first) return [first, second];
  if (user === second) return [second, first];
  throw refused(`${name} logs in as neither ${first} nor ${second}`);
}

interface Opening {
  readonly old: string;
  readonly next: string;
  readonly password: string;
}

/** All of it or nothing. */
async function openRole(session: PostgresSession, means: Means, { old, next, password }: Opening): Promise<void> {
  if (!(await hasRole(session, old))) throw refused(`PostgreSQL has no role ${old}`);
  await refuseSessions(session, next, means);
  await session.query("begin");
  if (!(await hasRole(session, next))) await session.query(`create role ${identifier(next)}`);
  await likenRole(session, next, old);
  await openLogin(session, next, password);
  await session.query("commit");
}

/** What ended a moment ago may still be shown: how often it is looked at, and the pause between, milliseconds. */
const looks = 10;
const pause = 300;

/** Whoever is there is none of those that were restarted: nobody takes the role from under them unseen. */
async function refuseSessions(session: PostgresSession, role: string, { clock }: Means): Promise<void> {
  for (let left = looks; (await countSessions(session, role)) > 0; left -= 1) {
    if (left === 0) throw refused(`somebody is logged in to PostgreSQL as ${role}`, `end what uses ${role}`);
    await clock.sleep(pause);
  }
}

async function proved(means: Means, admin: string, { present, draft }: Intent, role: string): Promise<Issued> {
  const value = withLogin(present, { user: role, password: draft });
  const database = databaseIn(textOf(present));
  const login = { user: role, password: textOf(draft), ...(database === undefined ? {} : { database }) };
  await withPostgres(means, { name: admin, uri: await means.value(admin), login }, ({ query }) => query("select 1"));
  return { value, notices: [] };
}

function databaseIn(uri: string): string | undefined {
  const name = /^[a-z]+:\/\/[^/?#]*\/([^/?#]+)/i.exec(uri)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}

async function asAdmin<T>(means: Means, admin: string, work: (session: PostgresSession) => Promise<T>): Promise<T> {
  return withPostgres(means, { name: admin, uri: await means.value(admin) }, work);
}

/** An administrator whose own password changes, once or again: whichever of the two counts by now lets it in. */
async function asItself(
  means: Means,
  { name, present, draft }: Intent,
  work: (session: PostgresSession) => Promise<void>,
): Promise<void> {
  for (const uri of [present, withLogin(present, { password: draft })]) {
    if (!(await isLetIn(means, name, uri))) continue;
    return withPostgres(means, { name, uri }, async (session) => {
      // a role whose settings make it another one at once may change nothing of its own
      await session.query("set role none");
      await work(session);
    });
  }
  throw refused(`PostgreSQL takes neither the present value of ${name} nor a new one`);
}

async function isLetIn(means: Means, name: string, uri: Sensitive): Promise<boolean> {
  try {
    await withPostgres(means, { name, uri }, ({ query }) => query("select 1"));
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "ISSUER_REFUSED") return false;
    throw error;
  }
}
