import { describe, expect, test, vi } from "vitest";
import {
  continueRotation,
  listRotations,
  listUnkept,
  planPlatform,
  planRotation,
  returnRotation,
  type ContinueRequest,
} from "#operation";
import { expectHealthy, give } from "../issuer/presenting-platform.ts";
import { caller, postgresPlatform, type PostgresPlatform } from "../issuer/postgres-platform.ts";
import { firstPassword } from "../issuer/postgres-roles.ts";
import { watchedWay } from "../issuer/watched-way.ts";
import { rotate as rotateToken, type Rotated } from "./rotating-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 180_000 });

const name = "DATABASE_URL";
const on: ContinueRequest = { name, patience: 3000, confirm: async () => true, onEvent: () => undefined };

const rotate = (platform: PostgresPlatform, more: Parameters<typeof rotateToken>[1] = {}): Promise<Rotated> =>
  rotateToken(platform.again(), { name, ...more });

const inTurn = () => postgresPlatform(({ a, b }) => `roles: [${a}, ${b}]`);
const alone = () => postgresPlatform(({ a }) => `role: ${a}`);

/** Of the two roles one may log in, and the service is it. */
async function expectOne(platform: PostgresPlatform, role: "a" | "b"): Promise<void> {
  const { roles, again } = platform;
  const open = await roles.sql(
    `select rolname from pg_roles where rolcanlogin and rolname in ('${roles.a}', '${roles.b}')`,
  );
  expect(open).toEqual([{ rolname: roles[role] }]);
  await expectHealthy(platform);
  expect((await planPlatform(again(), [])).plan.changes).toEqual([]);
  expect(await listUnkept(again())).toEqual([]);
}

describe("two roles of PostgreSQL in turn", () => {
  test("change in one step under a pool that works, without a failed query, and back again", async () => {
    const platform = await inTurn();
    const plan = await planRotation(platform.context, { name, scope: {}, compromised: false });
    expect(plan.steps.map(({ phase }) => phase)).toEqual(["switch"]);
    expect(plan.warnings).toEqual([]);
    for (const role of ["b", "a"] as const) {
      expect((await rotate(platform)).result).toMatchObject({ kind: "rotated" });
      await expectOne(platform, role);
      expect(platform.failures()).toEqual([]);
    }
    expect(await platform.roles.takes(platform.roles.a, firstPassword)).toBe(false);
  });

  test("are taken back when PostgreSQL went away behind the new role, as soon as it answers", async () => {
    const platform = await inTurn();
    const { context, roles } = platform;
    const port = Number(new URL(roles.adminUri).port);
    const door = await watchedWay(port);
    const through = roles.adminUri.replace(`:${port}/`, `:${door.port}/`);
    await give(context, "PG_ADMIN_URL", through);
    const made = door.hold("commit", "answered");
    const rotated = rotate(platform);
    await made;
    door.close();
    await expect(rotated).rejects.toMatchObject({ code: "ISSUER_UNREACHABLE" });
    const [waiting] = await listUnkept(platform.again());
    expect(waiting).toMatchObject({ state: "revoking-new", attempts: 1 });
    expect(await listRotations(platform.again())).toEqual([]);
    await give(context, "PG_ADMIN_URL", roles.adminUri);
    expect(await continueRotation(platform.again(), on)).toMatchObject({ kind: "revoked" });
    await expectOne(platform, "a");
    expect(platform.failures()).toEqual([]);
  });

  test("go back with a rotation that is taken back", async () => {
    const platform = await inTurn();
    const stop = new AbortController();
    const { result } = await rotate(platform, {
      signal: stop.signal,
      onEvent: (event) => void (event.kind === "rotation-step" && stop.abort()),
    });
    expect(result.kind).toBe("held");
    expect(await returnRotation(platform.again(), on)).toMatchObject({ kind: "returned" });
    await expectOne(platform, "a");
    expect(platform.failures()).toEqual([]);
  });
});

describe("the password of one role", () => {
  test("changes with an outage that is told before and measured after", async () => {
    const platform = await alone();
    const plan = await planRotation(platform.context, { name, scope: {}, compromised: false });
    expect(plan.steps.map(({ phase }) => phase)).toEqual(["swap"]);
    expect(plan.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^PostgreSQL takes one value alone: new connections of worker are refused for about \d+ s$/,
      ),
    ]);
    expect((await rotate(platform)).result).toMatchObject({ kind: "rotated" });
    await expectOne(platform, "a");
    const [listed] = await listRotations(platform.again());
    expect(listed?.entries.find(({ kind }) => kind === "window")?.detail).toMatch(
      /^\d+\.\d s in which new connections/,
    );
    expect(await platform.roles.takes(platform.roles.a, firstPassword)).toBe(false);
  });

  test("is the one before again by itself, where a service does not come up with the new one", async () => {
    // whatever the new password is, this one dies of it
    const program = `if (!process.env.DATABASE_URL.includes("first")) process.exit(3);\n${caller}`;
    const platform = await postgresPlatform(({ a }) => `role: ${a}`, { program });
    const { result } = await rotate(platform);
    expect(result).toMatchObject({ kind: "returned", reason: expect.stringContaining("worker@here") as string });
    expect(await platform.roles.takes(platform.roles.a, firstPassword)).toBe(true);
    await expectOne(platform, "a");
  });

  test("is the one before again by itself, where it is stopped before services have it", async () => {
    const platform = await alone();
    const stop = new AbortController();
    const { result } = await rotate(platform, {
      signal: stop.signal,
      onEvent: (event) => void (event.kind === "issuer" && stop.abort()),
    });
    expect(result).toMatchObject({ kind: "returned", reason: "stopped by the operator" });
    await expectOne(platform, "a");
    expect(await platform.roles.takes(platform.roles.a, firstPassword)).toBe(true);
  });
});
