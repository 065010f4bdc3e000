import { identifier, literal, refused, type PostgresSession } from "./postgres-session.ts";
import { scramVerifier } from "./scram-verifier.ts";

export async function hasRole({ query }: PostgresSession, role: string): Promise<boolean> {
  return (await query(`select 1 from pg_catalog.pg_roles where rolname = ${literal(role)}`)).length > 0;
}

/** How many are logged in as it, over all databases. */
export async function countSessions({ query }: PostgresSession, role: string): Promise<number> {
  const [row] = await query(`select count(*) from pg_catalog.pg_stat_activity where usename = ${literal(role)}`);
  return Number(row?.[0] ?? 0);
}

/** And lets it log in with that. */
export async function openLogin({ query }: PostgresSession, role: string, password: string): Promise<void> {
  await query(`alter role ${identifier(role)} login password ${literal(await scramVerifier(password))}`);
}

/** Of itself, whoever is logged in may change this and nothing else. */
export async function setPassword({ query }: PostgresSession, role: string, password: string): Promise<void> {
  await query(`alter role ${identifier(role)} password ${literal(await scramVerifier(password))}`);
}

/** Nobody logs in as it any more, and whoever is there goes. */
export async function closeRole(session: PostgresSession, role: string): Promise<void> {
  await session.query(`alter role ${identifier(role)} nologin password null`);
  await endSessions(session, role);
}

export async function endSessions({ query }: PostgresSession, role: string): Promise<void> {
  const own = `usename = ${literal(role)} and pid <> pg_backend_pid()`;
  await query(`select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where ${own}`);
}

/**
 * Gives one role the memberships and settings of another. ISSUER_REFUSED where the other has what can't be given: objects
 * of its own, and rights that were granted to it alone.
 */
export async function likenRole(session: PostgresSession, role: string, model: string): Promise<void> {
  const { query } = session;
  await refuseOwn(session, role, model);
  const [own, others] = [await groupsOf(session, role), await groupsOf(session, model)];
  for (const group of others.filter((one) => !own.includes(one))) {
    await query(`grant ${identifier(group)} to ${identifier(role)}`);
  }
  await copySettings(session, role, model);
}

async function refuseOwn({ query }: PostgresSession, role: string, model: string): Promise<void> {
  const held = (name: string) =>
    "select d.dbid, d.classid, d.objid, d.objsubid from pg_catalog.pg_shdepend d " +
    "join pg_catalog.pg_roles r on r.oid = d.refobjid and d.refclassid = 'pg_catalog.pg_authid'::regclass " +
    `where r.rolname = ${literal(name)} and d.deptype`;
  const [owned] = await query(`select count(*) from (${held(model)} = 'o') owned`);
  const [granted] = await query(`select count(*) from (${held(model)} = 'a' except ${held(role)} = 'a') granted`);
  if (Number(owned?.[0]) + Number(granted?.[0]) === 0) return;
  throw refused(
    `${model} owns ${owned?.[0]} objects of PostgreSQL and has rights on ${granted?.[0]} that ${role} lacks`,
    `give them to a role that both are members of: REASSIGN OWNED BY ${model} TO …, GRANT … TO …`,
  );
}

async function groupsOf({ query }: PostgresSession, role: string): Promise<readonly string[]> {
  const rows = await query(
    "select distinct g.rolname from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid " +
      `join pg_catalog.pg_roles r on r.oid = m.member where r.rolname = ${literal(role)}`,
  );
  return rows.flatMap(([group]) => group ?? []);
}

/** As `alter role … set` was told them, for all databases or one. */
async function copySettings({ query }: PostgresSession, role: string, model: string): Promise<void> {
  const settings = (name: string) =>
    "select d.datname, unnest(s.setconfig) from pg_catalog.pg_db_role_setting s " +
    "join pg_catalog.pg_roles r on r.oid = s.setrole left join pg_catalog.pg_database d on d.oid = s.setdatabase " +
    `where r.rolname = ${literal(name)}`;
  for (const [database, setting] of await query(`${settings(model)} except ${settings(role)}`)) {
    const [, name = "", value = ""] = /^([A-Za-z0-9_.]+)=([^]*)$/.exec(setting ?? "") ?? [];
    const where = database == null ? "" : ` in database ${identifier(database)}`;
    const alter = `alter role ${identifier(role)}${where} set ${name}`;
    // a list is no text of SQL: what the session has is taken over as it is. A role would be our own.
    if (name === "role") await query(`${alter} to ${literal(value)}`);
    else if (name !== "")
      await query(`select set_config(${literal(name)}, ${literal(value)}, true); ${alter} from current`);
  }
}
