import { Client } from "pg";
import { describe, expect, inject, test, vi } from "vitest";
import type { IssuerEntry } from "#contract";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { AppError, Sensitive } from "#kernel";
import { means } from "./means.ts";
import { firstPassword, makeRoles } from "./postgres-roles.ts";

vi.setConfig({ testTimeout: 60_000 });

const { port, password } = inject("postgres");
const draft = "a-password-that-was-made-for-this";

function issuerOf(
  entry: Omit<Extract<IssuerEntry, { kind: "postgres" }>, "kind" | "admin">,
  admin = rootUri(),
): Issuer {
  return issuerFor(
    { kind: "postgres", admin: "PG_ADMIN_URL", ...entry },
    { ...means, value: async () => Sensitive.of(admin) },
  );
}

function rootUri(): string {
  return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

function intentOf(present: string, more: Partial<Intent> = {}): Intent {
  const value = Sensitive.of(present);
  return { id: "rot_1", name: "DATABASE_URL", present: value, draft: Sensitive.of(draft), compromised: false, ...more };
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) return "none";
  for (const value of [draft, firstPassword, password]) {
    expect(JSON.stringify([error.message, error.hint])).not.toContain(value);
  }
  return `${error.code}: ${error.message}`;
}

describe("two roles in turn", () => {
  test("the other one is made like the first, both are let in, and then the first no more", async () => {
    const roles = await makeRoles();
    const { a, b, uri, takes, sql } = roles;
    const [issuer, intent] = [issuerOf({ roles: [a, b] }), intentOf(`${uri(a, firstPassword)}?sslmode=disable`)];
    for (const _ of [1, 2]) {
      const { value } = await issuer.make(intent);
      expect(value.reveal().toString()).toBe(`${uri(b, draft)}?sslmode=disable`);
    }
    expect([await takes(a, firstPassword), await takes(b, draft)]).toEqual([true, true]);
    const settings = await sql(`select rolname, rolconfig from pg_roles where rolname in ('${a}', '${b}') order by 1`);
    const [own, others] = settings.map(({ rolconfig }) => (rolconfig as readonly string[]).toSorted());
    expect([own, own?.length]).toEqual([others, 2]);
    for (const _ of [1, 2]) await issuer.revoke(intent, "old");
    expect([await takes(a, firstPassword), await takes(b, draft)]).toEqual([false, true]);
    // and back again, the next time
    const next = intentOf(uri(b, draft), { draft: Sensitive.of("another-one") });
    await issuer.make(next);
    expect([await takes(b, draft), await takes(a, "another-one")]).toEqual([true, true]);
  });

  test("the other one is closed again when it is taken back, made or not", async () => {
    const { a, b, uri, takes, sql } = await makeRoles();
    const [issuer, intent] = [issuerOf({ roles: [a, b] }), intentOf(uri(a, firstPassword))];
    await issuer.revoke(intent, "new");
    await issuer.make(intent);
    for (const _ of [1, 2]) await issuer.revoke(intent, "new");
    expect([await takes(a, firstPassword), await takes(b, draft)]).toEqual([true, false]);
    const [role] = await sql(`select rolcanlogin, rolpassword from pg_authid where rolname = '${b}'`);
    expect(role).toEqual({ rolcanlogin: false, rolpassword: null });
  });

  test("the old one is not closed under somebody who is logged in, unless it is compromised", async () => {
    const { a, b, uri } = await makeRoles();
    const [issuer, intent] = [issuerOf({ roles: [a, b] }), intentOf(uri(a, firstPassword))];
    await issuer.make(intent);
    const stranger = new Client({ connectionString: uri(a, firstPassword) });
    const ended = new Promise((resolve) => stranger.on("error", resolve));
    await stranger.connect();
    expect(await refusalOf(issuer.revoke(intent, "old"))).toBe(
      `ISSUER_REFUSED: somebody is logged in to PostgreSQL as ${a}`,
    );
    expect((await stranger.query("select 1")).rowCount).toBe(1);
    await issuer.revoke({ ...intent, compromised: true }, "old");
    await ended;
  });

  test("are refused, and nothing changes, where the first owns something or has a right of its own", async () => {
    const { a, b, group, uri, sql } = await makeRoles();
    const issuer = issuerOf({ roles: [a, b] });
    const intent = intentOf(uri(a, firstPassword));
    const isMade = async () => (await sql(`select 1 from pg_roles where rolname = '${b}'`)).length > 0;
    await sql(`grant select on ${group}.calls to ${a}`);
    expect(await refusalOf(issuer.make(intent))).toContain(
      `${a} owns 0 objects of PostgreSQL and has rights on 1 that`,
    );
    await sql(`revoke select on ${group}.calls from ${a}; alter table ${group}.calls owner to ${a}`);
    expect(await refusalOf(issuer.make(intent))).toContain(`${a} owns 1 objects`);
    expect(await isMade()).toBe(false);
    await sql(`alter table ${group}.calls owner to ${group}`);
    expect(await refusalOf(issuer.make(intentOf(uri("somebody", "else"))))).toContain("logs in as neither");
    expect(await isMade()).toBe(false);
  });

  test("need no more of the administrator than docs/rotation.md says", async () => {
    const { a, b, group, uri, takes, sql } = await makeRoles();
    await sql(`create role ${group}_admin login createrole password 'few' in role pg_signal_backend`);
    await sql(`grant ${group}, ${a} to ${group}_admin with admin option`);
    const [issuer, intent] = [
      issuerOf({ roles: [a, b] }, uri(`${group}_admin`, "few")),
      intentOf(uri(a, firstPassword)),
    ];
    await issuer.make(intent);
    expect(await takes(b, draft)).toBe(true);
    await issuer.revoke({ ...intent, compromised: true }, "old");
    expect([await takes(a, firstPassword), await takes(b, draft)]).toEqual([false, true]);
    await sql(`drop owned by ${group}_admin cascade; drop role ${group}_admin`);
  });

  test("need an administrator who may do it", async () => {
    const { a, b, uri, takes } = await makeRoles();
    const intent = intentOf(uri(a, firstPassword));
    const wrong = rootUri().replace(/:[^:@]+@/, ":wrong@");
    expect(await refusalOf(issuerOf({ roles: [a, b] }, wrong).make(intent))).toMatch(/^ISSUER_REFUSED: .*PG_ADMIN_URL/);
    expect(await refusalOf(issuerOf({ roles: [a, b] }, uri(a, firstPassword)).make(intent))).toContain("(42501)");
    const away = rootUri().replace(`:${port}`, ":1");
    expect(await refusalOf(issuerOf({ roles: [a, b] }, away).make(intent))).toMatch(/^ISSUER_UNREACHABLE/);
    expect([await takes(a, firstPassword), await takes(b, draft)]).toEqual([true, false]);
  });
});

describe("the password of one role", () => {
  test("is another one at once, and the one before again when it is taken back", async () => {
    const { a, uri, takes } = await makeRoles();
    const [issuer, intent] = [issuerOf({ role: a }), intentOf(uri(a, firstPassword))];
    expect(issuer.overlap).toBe(false);
    for (const _ of [1, 2]) expect((await issuer.make(intent)).value.reveal().toString()).toBe(uri(a, draft));
    expect([await takes(a, firstPassword), await takes(a, draft)]).toEqual([false, true]);
    await issuer.revoke(intent, "old");
    expect(await takes(a, draft)).toBe(true);
    for (const _ of [1, 2]) await issuer.revoke(intent, "new");
    expect([await takes(a, firstPassword), await takes(a, draft)]).toEqual([true, false]);
  });

  test("is refused for a role that is missing, or another one than the value's", async () => {
    const { a, b, uri } = await makeRoles();
    expect(await refusalOf(issuerOf({ role: b }).make(intentOf(uri(b, draft))))).toBe(
      `ISSUER_REFUSED: PostgreSQL has no role ${b}`,
    );
    expect(await refusalOf(issuerOf({ role: b }).make(intentOf(uri(a, draft))))).toContain("logs in as another role");
  });
});

test("an administrator that is the role itself changes its password, whichever of the two counts by then", async () => {
  const { a, uri, takes, sql } = await makeRoles();
  const present = Sensitive.of(uri(a, firstPassword));
  const issuer = issuerFor(
    { kind: "postgres", role: a, admin: "PG_ADMIN_URL" },
    { ...means, value: async () => present },
  );
  const intent = intentOf(uri(a, firstPassword), { name: "PG_ADMIN_URL" });
  for (const _ of [1, 2]) expect((await issuer.make(intent)).value.reveal().toString()).toBe(uri(a, draft));
  expect([await takes(a, firstPassword), await takes(a, draft)]).toEqual([false, true]);
  for (const _ of [1, 2]) await issuer.revoke(intent, "new");
  expect([await takes(a, firstPassword), await takes(a, draft)]).toEqual([true, false]);
  await sql(`alter role ${a} password 'changed by somebody'`);
  expect(await refusalOf(issuer.make(intent))).toContain("takes neither the present value of PG_ADMIN_URL");
});
