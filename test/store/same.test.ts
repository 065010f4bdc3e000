import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AppError, Sensitive } from "#kernel";
import type { EnvironmentStore, Release, Scope, Transaction, Version } from "#store";
import { anna, kinds, secret, type Opened } from "./with-store.ts";

/** PostgreSQL's text takes any character but NUL, which no path, name or escaped answer has. */
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((word) => !word.includes("\0"));
const name = fc.constantFrom("A", "B", "a", "_Z");
const scope: fc.Arbitrary<Scope> = fc.constantFrom(
  {},
  { service: "api" },
  { host: "Ä1" },
  { service: "api", host: "z" },
);

const step = fc.oneof(
  fc.record({ do: fc.constant("put" as const), name, scope, value: fc.constantFrom("x", "y", "z") }),
  fc.record({
    do: fc.constant("state" as const),
    name,
    at: fc.nat(3),
    state: fc.constantFrom("retired", "compromised", "live"),
  }),
  fc.record({ do: fc.constant("grant" as const), name, service: text, give: fc.boolean() }),
  fc.record({ do: fc.constant("release" as const), reason: text, targets: fc.uniqueArray(text, { maxLength: 3 }) }),
  fc.record({ do: fc.constant("judge" as const), number: fc.nat(4), state: fc.constantFrom("good", "failed") }),
  fc.record({
    do: fc.constant("rollout" as const),
    id: fc.constantFrom("ro_1", "ro_2"),
    plan: fc.jsonValue(),
    end: fc.boolean(),
  }),
  fc.record({ do: fc.constant("journal" as const), id: fc.constantFrom("ro_1", "ro_2"), detail: text }),
  fc.record({
    do: fc.constant("lease" as const),
    verb: fc.constantFrom("take", "renew", "release"),
    number: fc.nat(4),
  }),
  fc.record({
    do: fc.constant("audit" as const),
    subject: text,
    detail: fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 }),
  }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.nat(1500) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Work {
  readonly environment: string;
  readonly steps: readonly Step[];
  /** the last statement of the transaction fails, and nothing of it stays */
  readonly fail: boolean;
}

const works: fc.Arbitrary<readonly Work[]> = fc.array(
  fc.record({
    environment: fc.constantFrom("one", "Two"),
    steps: fc.array(step, { maxLength: 4 }),
    fail: fc.boolean(),
  }),
  { maxLength: 6 },
);

test("whatever is done to it, a store on PostgreSQL answers as one in SQLite does", { timeout: 120_000 }, async () => {
  const opened = await Promise.all(kinds.map(async (on) => on.newStore()));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(works, async (list) => {
      run += 1;
      const told = await Promise.all(opened.map((one) => play(one, `run-${run}-`, list)));
      expect(told[1]).toEqual(told[0]);
    }),
    { numRuns: 25 },
  );
});

/** What each step answered, and what is there at the end. */
async function play({ store, clock }: Opened, prefix: string, list: readonly Work[]): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  for (const { environment, steps, fail } of list) {
    const work = store.transaction(async (tx) => {
      const one = await tx.environment(`${prefix}${environment}`);
      for (const next of steps) {
        if (next.do === "wait") clock.advance(next.ms);
        told.push(await answer(() => perform(tx, one, prefix, next)));
      }
      if (fail) throw new AppError("CANCELLED", "rolled back");
      return contentOf(one);
    });
    told.push(await answer(() => work));
  }
  told.push(await store.transaction(async (tx) => (await tx.environments.list()).map((row) => row.name)));
  told.push(
    await store.transaction(async (tx) => (await tx.audit.list({ limit: 20 })).map(({ seq, leaf }) => [seq, leaf])),
  );
  return told;
}

async function answer(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

async function perform(tx: Transaction, on: EnvironmentStore, prefix: string, next: Step): Promise<unknown> {
  switch (next.do) {
    case "put": {
      const { kind, version } = await on.values.put(secret(next.name, next.value, { scope: next.scope }));
      return [kind, shown(version)];
    }
    case "state": {
      const versions = await on.values.history(next.name);
      return on.values.setState(versions[next.at]?.id ?? -1, next.state);
    }
    case "grant": {
      const grant = { service: next.service, name: next.name, kind: "hold", actor: anna.name } as const;
      return next.give ? on.grants.give(grant) : on.grants.take(grant);
    }
    case "release": {
      const present = await on.values.present();
      const once = [...new Map(present.map((version) => [version.name, version])).values()];
      const bindings = once.map((version) => ({ ...version, version, origin: "store" }));
      const own = { name: "OWN", fingerprint: on.fingerprint("OWN", Sensitive.of("v")), value: Sensitive.of("v") };
      const all = [{ ...own, sensitive: false, origin: "manifest" }, ...bindings];
      const targets = next.targets.map((target) => ({ target, digest: "d", bindings: all }));
      return releaseShown(await on.releases.create({ actor: anna, reason: next.reason, targets }));
    }
    case "judge":
      return on.releases.setState(next.number, next.state);
    case "rollout": {
      const id = `${prefix}${on.row.name}-${next.id}`;
      return next.end
        ? on.rollouts.finish(id, "done")
        : on.rollouts.begin({ id, kind: "apply", release: 1, plan: next.plan, actor: anna });
    }
    case "journal": {
      const id = `${prefix}${on.row.name}-${next.id}`;
      return on.rollouts.append(id, { target: "t", step: "swap", state: "done", detail: next.detail });
    }
    case "lease":
      if (next.verb === "take") return on.lease.take({ actor: anna, doing: "apply", ttl: 1000 });
      return next.verb === "renew" ? on.lease.renew(next.number, 1000) : on.lease.release(next.number);
    case "audit": {
      const { seq, leaf } = await tx.audit.append({
        actor: anna,
        action: "test",
        subject: next.subject,
        detail: next.detail as Record<string, never>,
      });
      return [seq, leaf];
    }
    case "wait":
      return undefined;
  }
}

async function contentOf(on: EnvironmentStore) {
  const [present, latest, running] = [await on.values.present(), await on.releases.latest(), await on.rollouts.open()];
  const target = latest?.targets.at(-1)?.target;
  return {
    present: present.map(shown),
    history: (await on.values.history("A")).map(shown),
    grants: await on.grants.list(),
    releases: await on.releases.list(3),
    latest: latest === undefined ? undefined : releaseShown(latest),
    opened: target === undefined ? [] : await answer(() => openedOf(on, latest?.number ?? 0, target)),
    barred: (await on.releases.barred()).map((one) => JSON.stringify(one)).toSorted(),
    running,
    steps: running === undefined ? [] : await on.rollouts.steps(running.id),
  };
}

async function openedOf({ releases }: EnvironmentStore, number: number, target: string) {
  return (await releases.open(number, target)).map(({ name, value }) => [name, value.reveal().toString()]);
}

/** Without what differs by chance: row numbers, and fingerprints, whose keys are each store's own. */
function shown({ name, scope, number, state, sensitive, origin, actor, createdAt }: Version): unknown {
  return { name, scope, number, state, sensitive, origin, actor, createdAt };
}

function releaseShown({ targets, ...rest }: Release): unknown {
  return {
    ...rest,
    targets: targets.map((target) => ({
      ...target,
      bindings: target.bindings.map(({ name, origin }) => [name, origin]),
    })),
  };
}
