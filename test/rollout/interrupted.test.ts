import { assert, asyncProperty, constantFrom, integer } from "fast-check";
import { describe, expect, test } from "vitest";
import { halfwayFirst, readJournal, returnHosts, rollOut, uncertain, type Conduct, type RolloutInput } from "#rollout";
import { makeScene, stateOf, type Scene, type Spec } from "./fixture.ts";

const three: readonly Spec[] = ["f1", "f2", "f3"].map((host) => ({
  service: "fleet",
  host,
  before: "a",
  value: "b",
  instances: ["1", "2"],
}));
/** rows that a whole rollout to the three writes, and a few more */
const most = 30;

const changed = { file: "VALUE=b\n", release: "r3", carries: ["recorded", "recorded"] };
const asBefore = { file: "VALUE=a\n", release: "r2", carries: ["recorded", "recorded"] };
const waves = constantFrom<RolloutInput["waves"]["sizes"]>([1, "rest"], ["rest"], [1]);
const goBack = { host: "", target: "", step: "return", detail: "asked to go back" };

/** A rollout whose journal takes so many rows, and is asked to stop with the last of them. */
async function stopped(sizes: RolloutInput["waves"]["sizes"], after: number): Promise<Scene> {
  const stop = new AbortController();
  const scene = await makeScene(three, { waves: { sizes, soak: 0 }, stop: stop.signal });
  const append: Conduct["journal"]["append"] = async (row) => {
    scene.rows.push(row);
    if (scene.rows.length === after) stop.abort();
  };
  const outcome = await rollOut({ ...scene.input, journal: { append } });
  expect(["stopped", "untouched", "done"]).toContain(outcome.kind);
  return scene;
}

/** The same, but its command dies: nothing is written any more, and machines may have come further than the journal. */
async function killed(sizes: RolloutInput["waves"]["sizes"], after: number): Promise<Scene> {
  const scene = await makeScene(three, { waves: { sizes, soak: 0 } });
  let dead = (): void => {};
  const death = new Promise<void>((resolve) => (dead = resolve));
  const append: Conduct["journal"]["append"] = async (row) => {
    if (scene.rows.length < after) return void scene.rows.push(row);
    dead();
    await new Promise(() => {});
  };
  await Promise.race([death, rollOut({ ...scene.input, journal: { append } })]);
  await new Promise((resolve) => setImmediate(resolve));
  return scene;
}

function withoutStop({ input, rows }: Scene): RolloutInput {
  const { signal: stop } = new AbortController();
  return { ...input, stop, earlier: readJournal(rows), controller: { ...input.controller, lease: 2 } };
}

async function returnAll(scene: Scene) {
  const input = withoutStop(scene);
  const begun = input.deliveries.filter(({ plan }) => input.earlier?.begun.has(plan.target));
  return returnHosts(input, begun.map(uncertain), goBack);
}

async function everywhere(scene: Scene, wanted: unknown): Promise<void> {
  for (const spec of three) expect(await stateOf(scene, spec)).toEqual(wanted);
}

describe.each([
  ["stopped by the operator", stopped],
  ["whose command was killed", killed],
])("a rollout %s, at any row of its journal", (_, interrupt) => {
  test("is gone on with to its end", async () => {
    await assert(
      asyncProperty(waves, integer({ min: 1, max: most }), async (sizes, after) => {
        const scene = await interrupt(sizes, after);
        expect(await rollOut(withoutStop(scene))).toEqual({ kind: "done" });
        await everywhere(scene, changed);
      }),
      { numRuns: 60 },
    );
  });

  test("is taken back from every host, and no further than the release before", async () => {
    await assert(
      asyncProperty(waves, integer({ min: 1, max: most }), async (sizes, after) => {
        const scene = await interrupt(sizes, after);
        expect(["returned", "untouched"]).toContain((await returnAll(scene)).kind);
        await everywhere(scene, asBefore);
      }),
      { numRuns: 60 },
    );
  });

  test("goes back from every host when it is gone on with and fails", async () => {
    await assert(
      asyncProperty(waves, integer({ min: 1, max: 12 }), async (sizes, after) => {
        const scene = await interrupt(sizes, after);
        const input = withoutStop(scene);
        const left = three.filter(({ host }) => input.earlier?.finished.has(`fleet@${host}`) !== true);
        const last = left.at(-1)?.host ?? "";
        scene.hosts.get(last)?.failNext({ kind: "verify", instance: "2" }, "died", 1);
        expect(await rollOut(input)).toMatchObject({ kind: left.length === 0 ? "done" : "returned" });
        await everywhere(scene, left.length === 0 ? changed : asBefore);
      }),
      { numRuns: 60 },
    );
  });

  test("can be taken back after the way back itself was cut short", async () => {
    await assert(
      asyncProperty(integer({ min: 4, max: most }), integer({ min: 1, max: 8 }), async (after, more) => {
        const scene = await interrupt(["rest"], after);
        const stop = new AbortController();
        const limit = scene.rows.length + more;
        const append: Conduct["journal"]["append"] = async (row) => {
          scene.rows.push(row);
          if (scene.rows.length === limit) stop.abort();
        };
        const input = { ...withoutStop(scene), journal: { append }, stop: stop.signal };
        await returnHosts(input, input.deliveries.map(uncertain), goBack);
        expect(["returned", "untouched"]).toContain((await returnAll(scene)).kind);
        await everywhere(scene, asBefore);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a stop", () => {
  test("lets the step at work end, and leaves a row that tells of it", async () => {
    const scene = await stopped(["rest"], 8);
    const rows = scene.rows.map(({ step, state }) => `${step} ${state}`);
    expect(rows.at(-1)).toBe("stop done");
    expect(rows.slice(0, -1).filter((row) => row.startsWith("gate"))).toEqual([]);
  });

  test("in a soak ends the soak", async () => {
    const stop = new AbortController();
    const scene = await makeScene(three, { waves: { sizes: ["rest"], soak: 60_000 }, stop: stop.signal });
    const rolling = rollOut({
      ...scene.input,
      onEvent: ({ kind }) => void (kind === "soak" && stop.abort(new Error("ctrl-c"))),
    });
    expect(await rolling).toMatchObject({ kind: "stopped", failure: { step: "stop" } });
    await everywhere(scene, changed);
  });

  test("before the first host is touched leaves nothing open", async () => {
    const scene = await makeScene(three, { stop: AbortSignal.abort() });
    expect(await rollOut(scene.input)).toMatchObject({ kind: "untouched", failure: { step: "stop" } });
    await everywhere(scene, asBefore);
  });
});

test("an instance that may be down comes before those that serve", async () => {
  const [row, gone] = [(step: string) => ({ target: "fleet@f1", step, state: "done" as const }), "inactive" as const];
  const { deliveries } = (
    await makeScene([{ service: "fleet", host: "f1", before: "a", value: "b", instances: ["1", "2", "3"] }])
  ).input;
  const orderBehind = (steps: readonly string[], down: readonly string[] = []) => {
    const [plan] = deliveries.map((one) => one.plan);
    if (plan === undefined) throw new Error("nothing is planned");
    const instances = ["1", "2", "3"].map((instance) => ({
      instance,
      state: down.includes(instance) ? gone : ("active" as const),
    }));
    const ordered = halfwayFirst(plan, readJournal(steps.map(row)), instances);
    expect(ordered.steps.slice(0, -3)).toEqual(plan.steps.filter(({ kind }) => kind !== "restart"));
    return ordered.steps.flatMap((step) => (step.kind === "restart" ? [step.instance] : [])).join("");
  };
  expect(orderBehind([])).toBe("123");
  expect(orderBehind(["restart 1", "verify 1", "drain 2"])).toBe("231");
  expect(orderBehind(["verify 1", "verify 2", "restart 3"])).toBe("312");
  // taken up once more: 3 was seen to run, and then 1 was begun with
  expect(orderBehind(["verify 1", "verify 2", "verify 3", "drain 1"])).toBe("123");
  expect(orderBehind(["verify 1", "verify 2", "verify 3", "verify 1"])).toBe("231");
  // what runs decides
  expect(orderBehind(["verify 1"], ["3"])).toBe("321");
});
