import { describe, expect, test, vi } from "vitest";
import {
  continueRotation,
  giveGrants,
  listRotations,
  listUnkept,
  planRotation,
  remind,
  returnRotation,
  revealValue,
  rotateDue,
  type Context,
  type ContinueRequest,
} from "#operation";
import { makeRoles } from "../issuer/postgres-roles.ts";
import { byClock, movedClock } from "./later.ts";
import { auditTrail, makeProject, openProject, put } from "./make-context.ts";
import { given, rotate } from "./rotating-platform.ts";
import { firstPassword as first, name, unheldFiles, unheldPlatform, type Unheld } from "./unheld-platform.ts";

vi.setConfig({ testTimeout: 60_000 });

const on: ContinueRequest = { name, patience: 1000, confirm: async () => true, onEvent: () => undefined };
const watcher = { patience: 1000, onEvent: () => undefined };
const day = 24 * 3_600_000;

async function valueOf(context: Context, secret = name): Promise<string> {
  return (await revealValue(context, { name: secret, scope: {} })).value.reveal().toString();
}

async function expectWhole({ again, grafana }: Unheld): Promise<void> {
  expect(grafana.passwords.get("admin")).toBe(await valueOf(again()));
  expect(await listUnkept(again())).toEqual([]);
  expect((await listRotations(again())).filter(({ state }) => state === "open")).toEqual([]);
}

describe("a secret that no service has", () => {
  test.each([false, true])("is changed where it is kept, without a rollout; compromised: %s", async (compromised) => {
    const platform = await unheldPlatform();
    const { context, again, grafana } = platform;
    const plan = await planRotation(context, { name, scope: {}, compromised });
    expect(plan).toMatchObject({ holders: [], steps: [], atLeast: 0, warnings: [] });
    expect(plan.issuer?.does).toBe("another password of the Grafana user admin");
    const refused = await rotate(again(), { name, compromised, confirm: async () => false });
    expect([refused.result.kind, grafana.passwords.get("admin")]).toEqual(["cancelled", first]);
    const { result, events } = await rotate(again(), { name, compromised });
    expect(result).toMatchObject({ kind: "rotated", rotation: { state: "done", steps: [], compromised } });
    expect(events.map(({ kind }) => kind)).not.toContain("rotation-step");
    expect(grafana.passwords.get("admin")).not.toBe(first);
    await expectWhole(platform);
    expect((await auditTrail(context)).filter((entry) => /issuer|rotat|retire|compromise/.test(entry))).toEqual([
      `issuer.intend ${name}`,
      `value.rotate ${name}`,
      `rotation.begin ${name}`,
      `value.${compromised ? "compromise" : "retire"} ${name}`,
      `rotation.done ${name}`,
      `issuer.revoke ${name}`,
    ]);
    const setAgain = put(again(), name, first);
    if (compromised) await expect(setAgain).rejects.toMatchObject({ code: "VALUES_INVALID" });
    else expect((await setAgain).kind).toBe("stored");
  });

  test("goes back until the old value ends, and on from where it was stopped", async () => {
    const platform = await unheldPlatform();
    const { again, grafana } = platform;
    for (const end of ["back", "on"]) {
      const before = grafana.passwords.get("admin");
      const stopped = new AbortController();
      // an issuer that takes one value alone is not left waiting: it has the one before again by itself
      const { result } = await rotate(again(), {
        name,
        signal: stopped.signal,
        onEvent: (event) => void (event.kind === "issuer" && end === "back" && stopped.abort()),
      });
      expect(result.kind).toBe(end === "back" ? "returned" : "rotated");
      expect(grafana.passwords.get("admin") === before).toBe(end === "back");
      await expectWhole(platform);
    }
  });

  test("given by a person: it is open until its end, may be taken back, hurried, or brought to its end", async () => {
    const platform = await unheldPlatform();
    const { again, grafana } = platform;
    const stopped = new AbortController();
    stopped.abort();
    for (const way of ["back", "on", "hurry"] as const) {
      const before = await valueOf(again());
      const fresh = `the-password-of-a-person-${way}`;
      const { result } = await rotate(again(), { name, value: given(fresh), signal: stopped.signal });
      expect(result).toMatchObject({ kind: "held", rotation: { step: 0, steps: [] } });
      await expect(put(again(), name, "another-one-meanwhile")).rejects.toMatchObject({ code: "ROTATION_OPEN" });
      if (way === "back") expect(await returnRotation(again(), on)).toMatchObject({ kind: "returned" });
      if (way === "on") expect(await continueRotation(again(), on)).toMatchObject({ kind: "rotated" });
      if (way === "hurry") {
        const hurried = await rotate(again(), { name, compromised: true });
        expect(hurried.result).toMatchObject({ kind: "rotated", rotation: { compromised: true } });
      }
      expect(await valueOf(again())).toBe(way === "back" ? before : fresh);
    }
    // nobody was asked to change it
    expect(grafana.passwords.get("admin")).toBe(first);
  });

  test("is taken back where the answer was lost, and the next try begins anew", async () => {
    const platform = await unheldPlatform();
    const { again, grafana } = platform;
    grafana.trouble = { on: "PUT" };
    await expect(rotate(again(), { name })).rejects.toMatchObject({ code: "ISSUER_UNREACHABLE" });
    grafana.trouble = undefined;
    expect((await rotate(again(), { name })).result.kind).toBe("rotated");
    await expectWhole(platform);
  });

  test("is rotated by the calendar like any other, or waits for its person", async () => {
    const platform = await unheldPlatform(", rotate: { every: 90d }");
    const later = await byClock(platform.again(), movedClock(91 * day));
    expect(await rotateDue(later, watcher)).toMatchObject([{ kind: "ended", result: { kind: "rotated" } }]);
    await expectWhole(platform);
    const byHand = await makeProject(unheldFiles(`  WIKI_PASSWORD: { rotate: { every: 90d, by: person } }`));
    await put(byHand.context, "WIKI_PASSWORD", "known-to-people-alone");
    const due = await byClock(byHand.context, movedClock(91 * day));
    expect(await remind(due)).toMatchObject([{ name: "WIKI_PASSWORD", state: "person" }]);
    expect((await rotate(due, { name: "WIKI_PASSWORD", value: given("another-of-people") })).result.kind).toBe(
      "rotated",
    );
    expect(await remind(due)).toEqual([]);
  });

  test("is refused where nothing makes its value, with both ways out", async () => {
    const { context } = await makeProject(unheldFiles("  OTHER: { issuer: { command: { run: [./make] } } }"));
    await put(context, "OTHER", "of-another-one");
    const read = { name: "WIKI_PASSWORD", scope: {}, compromised: false };
    await expect(planRotation(context, read)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { context: plain } = await makeProject(
      unheldFiles("  WIKI_PASSWORD: { rotate: { every: 90d, by: person } }"),
    );
    await put(plain, "WIKI_PASSWORD", "known-to-people-alone");
    await expect(planRotation(plain, read)).rejects.toMatchObject({
      code: "ROTATION_REFUSED",
      message: "no service of local has WIKI_PASSWORD, and nothing makes its value",
      hint: expect.stringMatching(/keyturn rotate WIKI_PASSWORD --value.*issuer/) as string,
    });
    expect(await planRotation(plain, read, { given: true })).toMatchObject({ steps: [] });
  });

  test("is made by the contract's rule, where a contract has one and no service the grant", async () => {
    const asked = "# @optional @sensitive @generate=random(24)\nSIGNING_KEY=\n";
    const { context, folder } = await makeProject(
      unheldFiles("  SIGNING_KEY: { rotate: { every: 90d, by: person } }", asked),
    );
    await put(context, "SIGNING_KEY", first);
    const { result } = await rotate(context, { name: "SIGNING_KEY" });
    expect(result).toMatchObject({ kind: "rotated", rotation: { steps: [] } });
    // a service that is given it has steps again
    await giveGrants(context, [{ service: "web", name: "SIGNING_KEY", kind: "hold" }]);
    const plan = await planRotation(openProject(folder).context, {
      name: "SIGNING_KEY",
      scope: {},
      compromised: false,
    });
    expect(plan.steps.map(({ services }) => services)).toEqual([["web"]]);
  });
});

test("an administrator of PostgreSQL changes its own password, and makes those of others with the new one", async () => {
  const { a, uri, sql, takes, group } = await makeRoles();
  await sql(`alter role ${a} createrole; alter role ${a} reset role`);
  const admin = "PG_ADMIN_URL";
  const { context, folder } = await makeProject(
    unheldFiles(`  ${admin}: { issuer: { postgres: { role: ${a}, admin: ${admin} } } }`),
  );
  await sql(`alter role ${a} set search_path to ${group}, public`);
  await put(context, admin, uri(a, "the password/that was@first"));
  for (const _ of [1, 2]) {
    const before = await valueOf(openProject(folder).context, admin);
    expect((await rotate(openProject(folder).context, { name: admin })).result.kind).toBe("rotated");
    const now = await valueOf(openProject(folder).context, admin);
    expect([now === before, now.startsWith(`postgres://${a}:`)]).toEqual([false, true]);
    expect(await takes(a, decodeURIComponent(now.split(":")[2]?.split("@")[0] ?? ""))).toBe(true);
  }
  expect(await listUnkept(context)).toEqual([]);
});
