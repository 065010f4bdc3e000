import { assert, asyncProperty, boolean, constantFrom } from "fast-check";
import { describe, expect, test } from "vitest";
import { runCommand, type RunOptions } from "#host";
import { AppError } from "#kernel";
import { rollOut } from "#rollout";
import { makeScene, serviceOf, stateOf, type Spec } from "./fixture.ts";

const three: readonly Spec[] = [
  { service: "fleet", host: "f1", before: "a", value: "b", instances: ["1", "2"] },
  { service: "fleet", host: "f2", before: "a", value: "b", instances: ["1", "2"] },
  { service: "fleet", host: "f3", before: "a", value: "b", instances: ["1", "2"] },
];

const changed = { file: "VALUE=b\n", release: "r3", carries: ["recorded", "recorded"] };
const asBefore = { file: "VALUE=a\n", release: "r2", carries: ["recorded", "recorded"] };

describe("a rollout that goes well", () => {
  test("changes every host, wave by wave", async () => {
    const scene = await makeScene(three);
    expect(await rollOut(scene.input)).toEqual({ kind: "done" });
    for (const spec of three) expect(await stateOf(scene, spec)).toEqual(changed);
    const waves = scene.events.flatMap((event) => (event.kind === "wave" ? [event.hosts] : []));
    expect(waves).toEqual([["f1"], ["f2", "f3"]]);
  });

  test("journals each effect before and after it, in order", async () => {
    const scene = await makeScene(three.slice(0, 1));
    await rollOut(scene.input);
    expect(scene.rows.map(({ step, state }) => `${step} ${state}`)).toEqual([
      "deliver started",
      "stage done",
      "swap done",
      "restart 1 done",
      "verify 1 done",
      "restart 2 done",
      "verify 2 done",
      "gate done",
    ]);
  });

  test("services of a lower order are finished everywhere before the next begin", async () => {
    const specs: readonly Spec[] = [
      { service: "dialler", host: "h1", order: 2, before: "a", value: "b" },
      { service: "backend", host: "h1", order: 1, before: "a", value: "b" },
      { service: "backend", host: "h2", order: 1, before: "a", value: "b" },
    ];
    const scene = await makeScene(specs);
    await rollOut(scene.input);
    const swaps = scene.rows.filter(({ step }) => step === "swap").map(({ target }) => target);
    expect(swaps).toEqual(["backend@h1", "backend@h2", "dialler@h1"]);
  });

  test("a soak looks at everything again, and what died meanwhile brings the wave back", async () => {
    const scene = await makeScene(three, {
      waves: { sizes: ["rest"], soak: 5 },
      clock: {
        now: Date.now,
        monotonic: () => performance.now(),
        sleep: async () => scene.hosts.get("f2")?.stop(addressOfSpec("f2"), "1", "failed"),
      },
    });
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({ kind: "returned", failure: { host: "f2", step: "verify 1" } });
    for (const spec of three) expect(await stateOf(scene, spec)).toEqual(asBefore);
  });
});

describe("a rollout that fails", () => {
  const kinds = ["stage", "swap", "restart", "verify"] as const;

  test("brings every changed host back and leaves the others alone, whatever fails wherever", async () => {
    await assert(
      asyncProperty(
        constantFrom(...kinds),
        constantFrom("f1", "f2", "f3"),
        constantFrom("1", "2"),
        constantFrom<(number | "rest")[]>([1, "rest"], ["rest"], [2], [1]),
        boolean(),
        async (kind, host, instance, sizes, breaks) => {
          const scene = await makeScene(three, { waves: { sizes, soak: 0 } });
          failOnce(scene.hosts.get(host), { kind, instance, breaks });
          const outcome = await rollOut(scene.input);
          expect(outcome).toMatchObject({ failure: { host } });
          expect(["returned", "untouched"]).toContain(outcome.kind);
          for (const spec of three) expect(await stateOf(scene, spec)).toEqual(asBefore);
          expect(await staged(scene)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("returns nothing that was not swapped: the release before the last one never comes back", async () => {
    const specs: readonly Spec[] = [
      { service: "backend", host: "h", before: "a", value: "b" },
      { service: "dialler", host: "h", before: "a", value: "b" },
    ];
    const scene = await makeScene(specs);
    scene.hosts.get("h")?.failNext({ kind: "verify", target: "backend@h" }, "unhealthy", 1);
    expect(await rollOut(scene.input)).toMatchObject({ kind: "returned", hosts: ["h"] });
    for (const spec of specs) {
      expect(await stateOf(scene, spec)).toEqual({ file: "VALUE=a\n", release: "r2", carries: ["recorded"] });
    }
    const restarts = scene.hosts.get("h")?.log.filter((one) => one.kind === "restart" && one.target === "dialler@h");
    expect(restarts).toHaveLength(2);
  });

  test("restarts on the way back only what had been restarted on the way there", async () => {
    const scene = await makeScene(three.slice(0, 1));
    const host = scene.hosts.get("f1");
    const before = host?.log.length ?? 0;
    host?.failNext({ kind: "verify", instance: "1" }, "died", 1);
    await rollOut(scene.input);
    const restarts = host?.log.slice(before).filter(({ kind }) => kind === "restart");
    expect(restarts?.map(({ instance }) => instance)).toEqual(["1", "1"]);
  });

  test("a file that was only mended stays: it is the one of the release before", async () => {
    const specs: readonly Spec[] = [
      {
        service: "a",
        host: "h",
        before: "a",
        value: "a",
        steps: [{ kind: "file" }],
        reasons: [{ kind: "file-missing" }],
      },
      { service: "b", host: "h", before: "a", value: "b" },
    ];
    const scene = await makeScene(specs);
    const host = scene.hosts.get("h");
    const [mended] = scene.deliveries;
    if (host === undefined || mended === undefined) throw new Error("no scene");
    host.edit(mended.address, undefined);
    host.failNext({ kind: "verify", target: "b@h" }, "died", 1);
    expect(await rollOut(scene.input)).toMatchObject({ kind: "returned", hosts: ["h"] });
    for (const spec of specs) expect((await stateOf(scene, spec)).file).toBe("VALUE=a\n");
  });

  test("names what can't go back, and brings the rest back all the same", async () => {
    const scene = await makeScene(three, { waves: { sizes: ["rest"], soak: 0 } });
    scene.hosts.get("f1")?.failNext({ kind: "verify", instance: "2" }, "unhealthy", 1);
    scene.hosts.get("f3")?.failNext({ kind: "return" }, "read-only");
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({ kind: "stranded", failure: { host: "f1" }, targets: [{ target: "fleet@f3" }] });
    expect(await stateOf(scene, three[0] as Spec)).toEqual(asBefore);
    expect(await stateOf(scene, three[1] as Spec)).toEqual(asBefore);
    expect(await stateOf(scene, three[2] as Spec)).toEqual(changed);
  });

  test("a second target on a host goes back although the first can't", async () => {
    const specs: readonly Spec[] = [
      { service: "backend", host: "h", before: "a", value: "b" },
      { service: "dialler", host: "h", before: "a", value: "b" },
    ];
    const scene = await makeScene(specs);
    scene.hosts.get("h")?.failNext({ kind: "verify", target: "dialler@h" }, "died", 2);
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({ kind: "stranded", targets: [{ target: "dialler@h" }] });
    expect((await stateOf(scene, specs[0] as Spec)).file).toBe("VALUE=a\n");
  });

  test("a release that is back is not lost because the failed one's health checks look elsewhere", async () => {
    const spec: Spec = { service: "backend", host: "h", instances: ["a", "b"], before: "a", value: "b" };
    const scene = await makeScene([spec]);
    const host = scene.hosts.get("h");
    host?.failNext({ kind: "verify", instance: "b" }, "unhealthy", 1);
    // the way there passes at a, which answers on the new port; back on the old one it does not
    host?.beforeRequest(({ kind }) => {
      if (kind === "return") host.failNext({ kind: "verify", instance: "a" }, "unhealthy", 1);
    });
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({
      kind: "returned",
      failure: { step: "verify b" },
      unhealthy: [{ target: "backend@h", detail: "made to fail: unhealthy" }],
    });
    expect(await stateOf(scene, spec)).toEqual({ file: "VALUE=a\n", release: "r2", carries: ["recorded", "recorded"] });
  });

  test("a release that is back and does not run is stranded, whatever its health check said first", async () => {
    const spec: Spec = { service: "backend", host: "h", before: "a", value: "b" };
    const scene = await makeScene([spec]);
    const host = scene.hosts.get("h");
    host?.failNext({ kind: "verify" }, "unhealthy", 2);
    host?.failNext({ kind: "verify" }, "environment-differs", 1);
    expect(await rollOut(scene.input)).toMatchObject({ kind: "stranded", targets: [{ target: "backend@h" }] });
  });

  test("says of a first release that there was none before", async () => {
    const scene = await makeScene([{ service: "backend", host: "h", value: "b" }]);
    scene.hosts.get("h")?.failNext({ kind: "verify" }, "unhealthy");
    const outcome = await rollOut(scene.input);
    if (outcome.kind !== "stranded") throw new Error(outcome.kind);
    expect(outcome.targets[0]?.detail).toContain("first release");
  });

  test("a host that is gone in the middle is named; the others go back", async () => {
    const scene = await makeScene(three, { waves: { sizes: ["rest"], soak: 0 } });
    const host = scene.hosts.get("f2");
    host?.beforeRequest(({ kind }) => {
      if (kind === "restart") host.setUnreachable(true);
    });
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({
      kind: "stranded",
      failure: { host: "f2", step: "reach" },
      targets: [{ target: "fleet@f2" }],
    });
    expect(await stateOf(scene, three[0] as Spec)).toEqual(asBefore);
    expect(await stateOf(scene, three[2] as Spec)).toEqual(asBefore);
  });

  test("a machine that refuses at once was not touched", async () => {
    const scene = await makeScene(three, { controller: { owner: "other/e/s", epoch: 1, lease: 9, auditHead: "" } });
    expect(await rollOut(scene.input)).toMatchObject({ kind: "untouched", failure: { host: "f1", step: "fence" } });
  });

  test("a machine that has seen a newer controller ends it: nothing goes back, on no host", async () => {
    const scene = await makeScene(three);
    const newer = { ...scene.input.controller, lease: 2 };
    await scene.hosts.get("f3")?.perform(newer, [{ kind: "sweep", target: addressOfSpec("f3") }]);
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({ kind: "stranded", failure: { host: "f3", step: "fence" } });
    expect(outcome).toMatchObject({ targets: [{ target: "fleet@f1" }, { target: "fleet@f2" }] });
    for (const spec of three.slice(0, 2)) expect(await stateOf(scene, spec)).toEqual(changed);
    expect(await stateOf(scene, three[2] as Spec)).toMatchObject({ file: "VALUE=a\n" });
    expect(scene.rows).toContainEqual(expect.objectContaining({ step: "fence", state: "failed" }));
  });

  test("a lease that is lost on the way back leaves the rest to whoever has it", async () => {
    let renewals = 0;
    const waves = { sizes: ["rest"], soak: 0 } as const;
    const scene = await makeScene(three, { renew: async () => (renewals += 1) <= 4, waves });
    scene.hosts.get("f3")?.failNext({ kind: "verify" }, "unhealthy", 1);
    const outcome = await rollOut(scene.input);
    const left = (outcome.kind === "stranded" ? outcome.targets : []).map(({ target }) => target);
    expect(left).toEqual(["fleet@f1"]);
    expect(await stateOf(scene, three[0] as Spec)).toEqual(changed);
    expect(await stateOf(scene, three[1] as Spec)).toEqual(asBefore);
  });

  test("without the lease nothing is touched any more, not even to go back", async () => {
    let renewals = 0;
    const scene = await makeScene(three, { renew: async () => (renewals += 1) === 1 });
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({ kind: "stranded", failure: { step: "lease" }, targets: [{ target: "fleet@f1" }] });
    expect(await stateOf(scene, three[0] as Spec)).toEqual(changed);
    expect(await stateOf(scene, three[1] as Spec)).toEqual(asBefore);
  });

  test("what fails behind another controller may be its doing: it is told as that, and left to it", async () => {
    let renewals = 0;
    const scene = await makeScene(three, { renew: async () => (renewals += 1) === 1 });
    scene.hosts.get("f1")?.failNext({ kind: "verify" }, "unhealthy", 1);
    const outcome = await rollOut(scene.input);
    expect(outcome).toMatchObject({ kind: "stranded", failure: { step: "lease" }, targets: [{ target: "fleet@f1" }] });
    expect(await stateOf(scene, three[0] as Spec)).toMatchObject({ file: "VALUE=b\n", release: "r3" });
  });

  test("a journal that can't be written any more brings the hosts back", async () => {
    let rows = 0;
    const append = async () => {
      rows += 1;
      if (rows > 3) throw new AppError("STORE_BUSY", "the store is busy");
    };
    const scene = await makeScene(three, { journal: { append } });
    expect(await rollOut(scene.input)).toMatchObject({ kind: "returned", failure: { host: "f1" } });
    for (const spec of three) expect(await stateOf(scene, spec)).toEqual(asBefore);
  });
});

describe("preparing", () => {
  const prepared = (as: "deploy" | "service") => ({
    ...serviceOf("fleet"),
    prepare: [{ command: ["git", "pull"], as }],
  });

  test("a command that fails stops before anything is touched", async () => {
    const scene = await makeScene(three, { services: new Map([["fleet", prepared("deploy")]]) });
    const before = new Map([...scene.hosts].map(([name, host]) => [name, host.log.length]));
    const run = async () => ({ kind: "exited", code: 3 }) as const;
    const hosts = new Map([...scene.hosts].map(([name, host]) => [name, { ...host, run }]));
    const outcome = await rollOut({ ...scene.input, hosts });
    expect(outcome).toMatchObject({
      kind: "untouched",
      failure: { step: "prepare", detail: "`git pull` ended with 3" },
    });
    for (const [name, host] of scene.hosts) expect(host.log).toHaveLength(before.get(name) ?? -1);
  });

  test("a command of the service's own user is asked of the host", async () => {
    const scene = await makeScene(three, { services: new Map([["fleet", prepared("service")]]) });
    scene.hosts.get("f3")?.failNext({ kind: "prepare" }, "command-failed");
    expect(await rollOut(scene.input)).toMatchObject({ kind: "untouched", failure: { host: "f3", step: "prepare" } });
    for (const spec of three) expect(await stateOf(scene, spec)).toEqual(asBefore);
  });

  test("what it prints is masked before it is shown", async () => {
    const scene = await makeScene(three.slice(0, 1), {
      services: new Map([["fleet", prepared("deploy")]]),
      mask: (line) => line.replace("hunter2", "***"),
    });
    const hosts = new Map(
      [...scene.hosts].map(([name, host]) => [
        name,
        {
          ...host,
          run: (_: readonly string[], options: RunOptions) =>
            runCommand(["echo", "token hunter2"], { ...options, environment: { PATH: "/usr/bin:/bin" } }),
        },
      ]),
    );
    await rollOut({ ...scene.input, hosts });
    expect(scene.events).toContainEqual({ kind: "output", host: "f1", target: "fleet@f1", line: "token ***" });
  });
});

describe("the gate", () => {
  const command = { kind: "command", command: ["check-call", "%h", "%i"], deadline: 100 } as const;

  test("a command of the manifest that fails brings the host back", async () => {
    const scene = await makeScene(three, { services: new Map([["fleet", serviceOf("fleet", [command])]]) });
    const asked: string[] = [];
    const hosts = new Map(
      [...scene.hosts].map(([name, host]) => [
        name,
        {
          ...host,
          run: async (words: readonly string[]) => {
            asked.push(words.join(" "));
            return { kind: "exited", code: name === "f2" ? 1 : 0 } as const;
          },
        },
      ]),
    );
    const outcome = await rollOut({ ...scene.input, hosts });
    expect(outcome).toMatchObject({ kind: "returned", failure: { host: "f2", step: "gate" } });
    expect(asked.slice(0, 2).toSorted()).toEqual(["check-call f1 1", "check-call f1 2"]);
    for (const spec of three) expect(await stateOf(scene, spec)).toEqual(asBefore);
  });

  test("a host that is lost during the gate brings everything back", async () => {
    const scene = await makeScene(three.slice(0, 2), { services: new Map([["fleet", serviceOf("fleet", [command])]]) });
    const run = async () => {
      throw new AppError("HOST_UNREACHABLE", "f1 can't be reached");
    };
    const hosts = new Map([...scene.hosts].map(([name, host]) => [name, { ...host, run }]));
    const outcome = await rollOut({ ...scene.input, hosts });
    expect(outcome).toMatchObject({ kind: "returned", failure: { host: "f1", step: "gate" } });
    expect(await stateOf(scene, three[0] as Spec)).toEqual(asBefore);
  });
});

type SceneHost = NonNullable<ReturnType<Awaited<ReturnType<typeof makeScene>>["hosts"]["get"]>>;

interface Break {
  readonly kind: "stage" | "swap" | "restart" | "verify";
  readonly instance: string;
  /** the request throws instead of failing, as a connection does that ends */
  readonly breaks: boolean;
}

function failOnce(host: SceneHost | undefined, { kind, instance, breaks }: Break): void {
  if (host === undefined) throw new Error("no such host");
  const match = kind === "restart" || kind === "verify" ? { kind, instance } : { kind };
  if (!breaks) return host.failNext(match, "failed", 1);
  let done = false;
  host.beforeRequest((request) => {
    if (done || request.kind !== kind || ("instance" in request && request.instance !== instance)) return;
    done = true;
    throw new AppError("HOST_UNREACHABLE", "the connection ended");
  });
}

/** Targets on which a sweep would still find something. */
async function staged(scene: Awaited<ReturnType<typeof makeScene>>): Promise<readonly string[]> {
  const found = await Promise.all(
    scene.deliveries.map(async ({ address, plan }) => {
      const [answer] =
        (await scene.hosts.get(plan.host)?.perform(scene.input.controller, [{ kind: "sweep", target: address }])) ?? [];
      return answer?.kind === "done" ? [plan.target] : [];
    }),
  );
  return found.flat();
}

function addressOfSpec(host: string) {
  const spec = three.find((one) => one.host === host) as Spec;
  const instances = (spec.instances ?? []).map((instance) => ({ instance, unit: `fleet@${instance}.service` }));
  const file = { path: "/opt/fleet/.env", owner: "fleet", group: "fleet", mode: "600" };
  return { id: `fleet@${host}`, service: "fleet", runtime: { kind: "systemd" as const, file, instances } };
}
