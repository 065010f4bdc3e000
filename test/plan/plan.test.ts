import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  property,
  record as recordOf,
  string,
  uniqueArray,
  type Arbitrary,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { fingerprint } from "#kernel";
import {
  makePlan,
  type BoundTarget,
  type DesiredTarget,
  type ObservedTarget,
  type Plan,
  type TargetState,
} from "#plan";

const key = Buffer.alloc(32, 7);

/** Short names and values, so that targets share some of them. */
const content = uniqueArray(
  recordOf({ name: constantFrom<string>("A", "B", "C", "D"), value: string({ maxLength: 3 }) }),
  {
    selector: ({ name }) => name,
  },
);

const instanceCarries = constantFrom(
  { kind: "recorded" } as const,
  { kind: "previous" } as const,
  { kind: "different", names: ["A"] } as const,
  { kind: "unknown" } as const,
);

const one = recordOf({
  service: constantFrom("backend", "fleet", "dialler"),
  host: constantFrom("h1", "h2", "h3"),
  order: integer({ min: 1, max: 3 }),
  wanted: content,
  had: content,
  known: boolean(),
  recorded: boolean(),
  file: constantFrom("missing", "recorded", "previous", "edited", "unrecorded"),
  mode: constantFrom("600", "644"),
  state: constantFrom("active", "failed", "inactive", "missing"),
  carries: instanceCarries,
  away: constantFrom("no", "no", "no", "unreachable", "excluded"),
});

type Case = typeof one extends Arbitrary<infer T> ? T : never;

const cases = uniqueArray(one, { selector: ({ service, host }) => `${service}@${host}`, maxLength: 6 });

describe("a plan over any state", () => {
  test("holds every desired target exactly once: to be changed, unchanged, or away", () => {
    assert(
      property(cases, (all) => {
        const plan = planOf(all);
        const found = [
          ...plan.changes.map(({ target }) => target),
          ...plan.unchanged,
          ...plan.absent.map((a) => a.target),
        ];
        expect(found.toSorted()).toEqual(all.map(targetName).toSorted());
      }),
    );
  });

  test("has steps for a target only when something differs there, and says what", () => {
    assert(
      property(cases, (all) => {
        for (const change of planOf(all).changes) expect(change.reasons.length).toBeGreaterThan(0);
        const fine = all.map((each): Case => ({ ...each, ...asWanted, had: each.wanted }));
        expect(planOf(fine).changes).toEqual([]);
      }),
    );
  });

  test("keeps the order of services", () => {
    assert(
      property(cases, (all) => {
        const orders = planOf(all).changes.map(({ order }) => order);
        expect(orders).toEqual(orders.toSorted((a, b) => a - b));
      }),
    );
  });

  test("never holds a value", () => {
    const values = array(string({ minLength: 12, maxLength: 20, unit: constantFrom("x", "y", "z", "w") }), {
      minLength: 2,
      maxLength: 2,
    });
    assert(
      property(cases, values, (all, [mine = "", theirs = ""]) => {
        const secret = all.map((each): Case => ({
          ...each,
          wanted: each.wanted.map(({ name }) => ({ name, value: mine })),
          had: each.had.map(({ name }) => ({ name, value: theirs })),
        }));
        const text = JSON.stringify(planOf(secret));
        expect(text.includes(mine) || text.includes(theirs)).toBe(false);
      }),
    );
  });

  test("names a variable exactly when its fingerprint differs from the release that the machine has", () => {
    assert(
      property(content, content, (wanted, had) => {
        const [change] = planOf([{ ...base, wanted, had }]).changes;
        const differing = new Set(
          [...wanted, ...had]
            .filter(({ name }) => valueOf(wanted, name) !== valueOf(had, name))
            .map(({ name }) => name),
        );
        expect(new Set(change?.variables.map(({ name }) => name))).toEqual(differing);
      }),
    );
  });
});

describe("restarts", () => {
  test("an edited, lost or foreign file alone restarts nothing", () => {
    for (const file of ["edited", "missing", "previous"] as const) {
      expect(stepsOf({ ...base, file })).toEqual(["file"]);
    }
    expect(stepsOf({ ...base, mode: "644" })).toEqual(["file"]);
  });

  test("one stale process is restarted, and its neighbours are not", () => {
    const desired = desiredOf(base, { instances: ["1", "2", "3"] });
    const state = stateOf(base);
    const [instance] = state.instances;
    if (instance === undefined) throw new Error("no instance");
    const instances = ["1", "2", "3"].map((name) => ({
      ...instance,
      instance: name,
      carries: { kind: name === "2" ? ("previous" as const) : ("recorded" as const) },
    }));
    const plan = planFor([desired], [{ kind: "observed", target: desired.target, state: { ...state, instances } }]);
    expect(plan.changes[0]?.steps).toEqual([{ kind: "restart", instance: "2", action: "restart" }]);
    expect(plan.changes[0]?.downtime).toEqual({ kind: "rolling", instances: 1, atMost: 10_000 });
  });

  test("changed content asks for what its variables ask for, the strongest of them", () => {
    const had = [
      { name: "A", value: "1" },
      { name: "B", value: "1" },
    ];
    const changed = (names: readonly string[]) =>
      stepsOf(
        { ...base, had, wanted: had.map(({ name, value }) => ({ name, value: names.includes(name) ? "2" : value })) },
        { A: "none", B: "reload" },
      );
    expect(changed(["A"])).toEqual(["file"]);
    expect(changed(["A", "B"])).toEqual(["file", "reload"]);
    expect(stepsOf({ ...base, had, wanted: had.slice(1) }, { B: "reload" })).toEqual(["file", "restart"]);
  });

  test("where nobody knows what runs, a restart is needed whatever the variables ask for", () => {
    const unknown: Case = { ...base, known: false, had: [], wanted: [{ name: "A", value: "1" }] };
    expect(stepsOf(unknown, { A: "none" })).toEqual(["file", "restart"]);
    expect(stepsOf({ ...unknown, recorded: false, file: "unrecorded" }, { A: "none" })).toEqual(["file", "restart"]);
  });

  test("a bundle is published and restarts nothing", () => {
    const desired = desiredOf({ ...base, wanted: [{ name: "A", value: "2" }] }, { runtime: "vite", instances: [] });
    const observed: ObservedTarget = {
      kind: "observed",
      target: desired.target,
      state: { ...stateOf(base), instances: [] },
    };
    const [change] = planFor([desired], [observed]).changes;
    expect(change?.steps).toEqual([{ kind: "publish" }]);
    expect(change?.downtime).toEqual({ kind: "none" });
  });

  test("a single instance means a gap, no restart means none", () => {
    const wanted = [{ name: "A", value: "9" }];
    expect(planOf([{ ...base, wanted }]).changes[0]?.downtime).toEqual({ kind: "gap", atMost: 10_000 });
    expect(planOf([{ ...base, file: "edited" }]).changes[0]?.downtime).toEqual({ kind: "none" });
  });
});

describe("what a killed run left behind", () => {
  const left = (desired: DesiredTarget, state: TargetState) =>
    planFor([desired], [{ kind: "observed", target: desired.target, state: { ...state, leftover: true } }]).changes[0];

  test("is swept on a target that needs nothing else, and its processes are left alone", () => {
    const change = left(desiredOf(base), stateOf(base));
    expect(change?.reasons).toEqual([{ kind: "leftover" }]);
    expect(change?.steps).toEqual([{ kind: "sweep" }]);
    expect(change?.downtime).toEqual({ kind: "none" });
  });

  test("is swept before anything else is done", () => {
    const steps = left(desiredOf(base), stateOf({ ...base, file: "edited", carries: { kind: "previous" } }))?.steps;
    expect(steps?.map(({ kind }) => kind)).toEqual(["sweep", "file", "restart"]);
  });

  test("beside a bundle does not have it published again", () => {
    const desired = desiredOf(base, { runtime: "vite", instances: [] });
    const bare = { kind: "present", owner: "x", group: "x", mode: "600", content: "recorded" } as const;
    expect(left(desired, { ...stateOf(base), file: bare })?.steps).toEqual([{ kind: "sweep" }]);
    const edited = { ...bare, content: "edited" } as const;
    expect(left(desired, { ...stateOf(base), file: edited })?.steps).toEqual([{ kind: "sweep" }, { kind: "publish" }]);
  });
});

describe("a file that another hand wrote", () => {
  const rewritten = {
    kind: "present",
    owner: "x",
    group: "x",
    mode: "600",
    modifiedAt: 2000,
    rewritten: true,
  } as const;
  const plan = (content: "recorded" | "edited", startedAt: number, foreign: readonly string[] = []) => {
    const wanted = [{ name: "A", value: "1" }];
    const state = stateOf({ ...base, wanted, had: wanted });
    const instances = state.instances.map((instance) => ({ ...instance, startedAt }));
    const file = { ...rewritten, content, foreign };
    const desired = desiredOf({ ...base, wanted });
    return planFor([desired], [{ kind: "observed", target: desired.target, state: { ...state, file, instances } }]);
  };

  test("is written once more when processes are older, and restarts none: they have their values", () => {
    const [change] = plan("recorded", 1000).changes;
    expect(change?.reasons).toEqual([{ kind: "process-older", units: ["x.service"] }]);
    expect(change?.steps).toEqual([{ kind: "file" }]);
    expect(plan("recorded", 3000).changes).toEqual([]);
  });

  test("has foreign names when it was edited: those that the release has in no other way", () => {
    const [change] = plan("edited", 3000, ["A", "KEYTURN_RELEASE", "MINE"]).changes;
    expect(change?.reasons).toEqual([{ kind: "file-edited" }, { kind: "file-foreign", names: ["MINE"] }]);
    expect(change?.steps).toEqual([{ kind: "file" }]);
  });
});

describe("what a person has to mend", () => {
  const ours = "/opt/x/.env";
  const plan = (more: Partial<TargetState["instances"][number]>, each: Case = base) => {
    const desired = desiredOf(each);
    const state = stateOf(each);
    const instances = state.instances.map((instance) => ({ ...instance, ...more }));
    return planFor([desired], [{ kind: "observed", target: desired.target, state: { ...state, instances } }]);
  };
  const theirs = { kind: "file", wins: "theirs", path: "/etc/x.env", names: ["A", "B"] } as const;
  const different = (names: readonly string[]) => ({ carries: { kind: "different", names } }) as const;

  test("is no change, and the target is not fine either", () => {
    for (const shadow of [theirs, { ...theirs, wins: "ours" } as const, { ...theirs, kind: "dotenv" } as const]) {
      const found = plan({ reads: { files: [ours] }, shadows: [shadow] });
      expect(found).toMatchObject({ changes: [], unchanged: [], left: [{ target: "backend@h1", host: "h1" }] });
      const { kind, ...rest } = shadow;
      expect(found.left[0]?.differences).toEqual([
        { kind: "variable-shadowed", place: kind, units: ["x.service"], ...rest },
      ]);
    }
  });

  test("restarts nobody for values that the next start would take from there again", () => {
    const shadows = [theirs];
    expect(plan({ shadows, ...different(["A", "B"]) }).changes).toEqual([]);
    expect(plan({ shadows, ...different(["A", "C"]) }).changes[0]?.reasons).toEqual([
      { kind: "process-different", instance: "", unit: "x.service", names: ["C"] },
    ]);
    const harmless = [{ ...theirs, wins: "ours" } as const];
    expect(plan({ shadows: harmless, ...different(["A"]) }).changes[0]?.reasons).toMatchObject([
      { kind: "process-different", names: ["A"] },
    ]);
  });

  test("is a unit that reads another file: what it takes from there is not told as well", () => {
    const reads = { files: ["/etc/x.env"], saidIn: "/etc/systemd/system/x.service" };
    const found = plan({ reads, shadows: [theirs], ...different(["A", "B", "C"]) });
    expect(found.changes).toEqual([]);
    expect(found.left[0]?.differences).toEqual([
      {
        kind: "unit-reads-other",
        units: ["x.service"],
        found: ["/etc/x.env"],
        expected: ours,
        saidIn: "/etc/systemd/system/x.service",
      },
    ]);
  });

  test("stands beside what an apply mends on the same target", () => {
    const found = plan({ shadows: [theirs] }, { ...base, file: "edited" });
    expect(found.changes[0]?.reasons).toEqual([{ kind: "file-edited" }]);
    expect(found.left).toHaveLength(1);
  });

  test("is told once for all instances of a template", () => {
    const desired = desiredOf(base, { instances: ["1", "2", "3"] });
    const state = stateOf(base);
    const instances = ["1", "2", "3"].flatMap((instance) =>
      state.instances.map((one) => {
        return { ...one, instance, unit: `x@${instance}.service`, ...(instance === "3" ? {} : { shadows: [theirs] }) };
      }),
    );
    const found = planFor([desired], [{ kind: "observed", target: desired.target, state: { ...state, instances } }]);
    expect(found.left[0]?.differences).toMatchObject([{ units: ["x@1.service", "x@2.service"] }]);
  });
});

describe("a release that was never proved", () => {
  test("is tried again although its content is there", () => {
    const desired = desiredOf(base);
    const bound = { target: desired.target, label: "r1", digest: desired.digest, proved: false, variables: [] };
    const plan = makePlan({
      environment: "production",
      desired: [desired],
      observed: [observedOf(base)],
      bound: new Map([[desired.target, bound]]),
      shared: new Map(),
    });
    expect(plan.changes[0]?.reasons).toEqual([{ kind: "release-unproved", found: "r1" }]);
    expect(plan.changes[0]?.steps).toEqual([{ kind: "restart", instance: "", action: "restart" }]);
  });

  test("is not what a way back leads to, when another one follows it", () => {
    const observed = observedOf(base);
    const desired = { ...desiredOf(base), digest: "0".repeat(16) };
    const bound = { target: desired.target, label: "r1", digest: desiredOf(base).digest, proved: false, variables: [] };
    const plan = makePlan({
      environment: "production",
      desired: [desired],
      observed: [observed],
      bound: new Map([[desired.target, bound]]),
      shared: new Map(),
    });
    expect(plan.changes[0]?.steps[0]).toEqual({ kind: "file", unproved: true });
  });
});

test("what runs is drained before its restart, and the plan counts how long that may take", () => {
  const drainLimit = 30_000;
  const planned = (instances: readonly string[], states: readonly TargetState["instances"][number][]) => {
    const desired = desiredOf(base, { instances, drainLimit, digest: "other" });
    const state = { ...stateOf(base), instances: states };
    return planFor([desired], [{ kind: "observed", target: desired.target, state }]).changes[0];
  };
  const running = (instance: string) => {
    return { instance, unit: `x@${instance}`, state: "active", carries: { kind: "recorded" } } as const;
  };
  const two = planned(["1", "2"], [running("1"), { ...running("2"), state: "inactive" }]);
  expect(two?.steps).toEqual([
    { kind: "file" },
    { kind: "restart", instance: "1", action: "restart", drain: drainLimit },
    { kind: "restart", instance: "2", action: "restart" },
  ]);
  expect(two?.downtime).toEqual({ kind: "rolling", instances: 2, atMost: 50_000 });
  expect(planned([""], [running("")])?.downtime).toEqual({ kind: "gap", atMost: 40_000 });
});

describe("findings", () => {
  const shared = new Map([["A", ["backend", "fleet"]]]);
  const changedAt = (service: "backend" | "fleet"): Case => ({
    ...base,
    service,
    wanted: [{ name: "A", value: "2" }],
    had: [{ name: "A", value: "1" }],
  });

  test("a shared secret that changes is a cut-over, also when one side alone is in the plan", () => {
    for (const all of [[changedAt("backend"), changedAt("fleet")], [changedAt("fleet")]]) {
      const plan = planOf(all, shared);
      expect(plan.findings).toMatchObject([{ severity: "warning", code: "cut-over" }]);
      expect(plan.findings[0]?.hint).toContain("keyturn rotate A");
    }
  });

  test("a first delivery is none", () => {
    const first: Case = { ...changedAt("fleet"), recorded: false, known: false, file: "missing", state: "inactive" };
    expect(planOf([first], shared).findings).toEqual([]);
  });

  test("a target that nobody looked at is away, not fine", () => {
    const desired = desiredOf(base);
    expect(planFor([desired], []).absent).toMatchObject([{ target: desired.target, kind: "unreachable" }]);
  });
});

const asWanted = {
  known: true,
  recorded: true,
  file: "recorded",
  mode: "600",
  state: "active",
  carries: { kind: "recorded" },
  away: "no",
} as const;

const base: Case = { service: "backend", host: "h1", order: 1, wanted: [], had: [], ...asWanted };

function targetName({ service, host }: Pick<Case, "service" | "host">): string {
  return `${service}@${host}`;
}

function valueOf(list: Case["wanted"], wanted: string): string | undefined {
  return list.find(({ name }) => name === wanted)?.value;
}

function digestOf(list: Case["wanted"]): string {
  const lines = list.map(({ name, value }) => `${name}=${value}`).toSorted();
  return fingerprint(key, "digest", Buffer.from(JSON.stringify(lines)));
}

function print(name: string, value: string) {
  return fingerprint(key, name, Buffer.from(value));
}

type Restarts = Readonly<Record<string, "none" | "reload" | "restart">>;

function desiredOf(each: Case, more: Partial<DesiredTarget> = {}, restarts: Restarts = {}): DesiredTarget {
  return {
    target: targetName(each),
    service: each.service,
    host: each.host,
    runtime: "systemd",
    order: each.order,
    digest: digestOf(each.wanted),
    variables: each.wanted.map(({ name, value }) => ({
      name,
      fingerprint: print(name, value),
      sensitive: true,
      origin: "store",
      restart: restarts[name] ?? "restart",
    })),
    file: { path: "/opt/x/.env", owner: "x", group: "x", mode: "600" },
    instances: [""],
    restartLimit: 10_000,
    ...more,
  };
}

function stateOf({ file, mode, recorded, had, state, carries }: Case): TargetState {
  return {
    ...(recorded ? { record: { release: "r1", digest: digestOf(had) } } : {}),
    file: file === "missing" ? { kind: "missing" } : { kind: "present", owner: "x", group: "x", mode, content: file },
    instances: [{ instance: "", unit: "x.service", state, carries }],
  };
}

function observedOf(each: Case): ObservedTarget {
  const target = targetName(each);
  if (each.away === "excluded") return { kind: "excluded", target };
  if (each.away === "unreachable")
    return { kind: "unreachable", target, code: "HOST_UNREACHABLE", message: "no route" };
  return { kind: "observed", target, state: stateOf(each) };
}

function planOf(
  all: readonly Case[],
  shared: ReadonlyMap<string, readonly string[]> = new Map(),
  restarts: Restarts = {},
): Plan {
  const bound = new Map(
    all
      .filter(({ known, recorded }) => known && recorded)
      .map((each): [string, BoundTarget] => {
        const variables = each.had.map(({ name, value }) => ({
          name,
          fingerprint: print(name, value),
          sensitive: true,
        }));
        const target = targetName(each);
        return [target, { target, label: "r1", digest: digestOf(each.had), proved: true, variables }];
      }),
  );
  const desired = all.map((each) => desiredOf(each, {}, restarts));
  return makePlan({ environment: "production", desired, observed: all.map(observedOf), bound, shared });
}

function planFor(desired: readonly DesiredTarget[], observed: readonly ObservedTarget[]): Plan {
  return makePlan({ environment: "production", desired, observed, bound: new Map(), shared: new Map() });
}

function stepsOf(each: Case, restarts: Restarts = {}): readonly string[] {
  const [change] = planOf([each], new Map(), restarts).changes;
  return (change?.steps ?? []).map((step) => (step.kind === "restart" ? step.action : step.kind));
}
