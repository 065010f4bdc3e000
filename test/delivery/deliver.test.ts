import { array, assert, constantFrom, property, record as recordOf, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hostRequests,
  releaseVariable,
  renderDialect,
  renderFile,
  returnRequests,
  sweepRequests,
  verifyRequests,
  type Delivery,
  type Planned,
} from "#delivery";
import { dialects } from "#dialect";
import { makeRecord, type HostDrain, type HostRequest } from "#host";
import { AppError, Sensitive } from "#kernel";
import type { Step } from "#plan";

const checks = (_: Planned, instance: string) => ({
  checks: [{ kind: "tcp" as const, address: "127.0.0.1", port: instance === "" ? 80 : Number(instance) }],
  deadline: 5000,
});

const instances = uniqueArray(constantFrom("1", "2", "3"), { minLength: 1 });
const targets = uniqueArray(
  recordOf({ service: constantFrom("a", "b", "c"), instances, writes: constantFrom(true, false) }),
  {
    selector: ({ service }) => service,
  },
);

describe("what is asked of one host", () => {
  test("everything is staged before the first thing changes", () => {
    assert(
      property(targets, (specs) => {
        const kinds = hostRequests(specs.map(deliveryOf), checks).map(({ kind }) => kind);
        expect(kinds.lastIndexOf("stage")).toBeLessThan(firstOf(kinds, ["swap", "restart"]));
      }),
    );
  });

  test("each instance is verified with its own checks before the next is restarted", () => {
    assert(
      property(targets, (specs) => {
        const requests = hostRequests(specs.map(deliveryOf), checks).filter(
          ({ kind }) => kind === "restart" || kind === "verify",
        );
        requests.forEach((request, index) => {
          if (request.kind !== "restart") return;
          const next = requests[index + 1];
          expect(next).toMatchObject({
            kind: "verify",
            instance: request.instance,
            ...checks(deliveryOf(), request.instance),
          });
        });
      }),
    );
  });

  test("a file that does not change is neither staged nor swapped", () => {
    const kinds = hostRequests([deliveryOf({ service: "a", instances: ["1"], writes: false })], checks).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(["restart", "verify"]);
  });

  test("a bundle is published in one step", () => {
    const requests = hostRequests([bundle()], checks);
    expect(requests).toMatchObject([{ kind: "publish", id: "abc" }]);
  });

  test("what a killed run left goes before anything is staged, also where nothing else is done", () => {
    const swept = ({ plan, ...more }: Delivery): Delivery => {
      return { ...more, plan: { ...plan, steps: [{ kind: "sweep" }, ...plan.steps] } };
    };
    const first = swept(deliveryOf({ service: "a", instances: ["1"], writes: true }));
    const idle = swept({
      ...bundle(),
      plan: { ...bundle().plan, steps: [] },
      content: { kind: "none", record: someRecord() },
    });
    expect(hostRequests([first, idle], checks).map(({ kind, target }) => `${kind} ${target.runtime.kind}`)).toEqual([
      "sweep systemd",
      "sweep site",
      "stage systemd",
      "swap systemd",
      "restart systemd",
      "verify systemd",
    ]);
  });
});

describe("a container", () => {
  const kinds = (delivery: Delivery, drain?: HostDrain) =>
    hostRequests([delivery], (one, instance) => ({
      ...checks(one, instance),
      ...(drain === undefined ? {} : { drain }),
    }));

  test("is started and looked at beside the old one, which is emptied once it was followed", () => {
    expect(kinds(container()).map(({ kind }) => kind)).toEqual(["stage", "restart", "verify", "swap", "drain"]);
  });

  test("goes first where two can't be there at once", () => {
    expect(kinds(container({ exclusive: true })).map(({ kind }) => kind)).toEqual([
      "stage",
      "drain",
      "swap",
      "restart",
      "verify",
    ]);
  });

  test("that is the first one has nothing to be emptied", () => {
    const first = kinds(container({}, [{ kind: "no-release" }]));
    expect(first.map(({ kind }) => kind)).toEqual(["stage", "restart", "verify", "swap"]);
  });

  test("is asked to end where the manifest says nothing else, and is made anew only when that was asked for", () => {
    expect(kinds(container()).at(-1)).toMatchObject({ by: { kind: "signal", signal: "SIGTERM" }, limit: 4000 });
    const drain: HostDrain = { by: { kind: "http", url: "http://127.0.0.1/drain" }, limit: 9 };
    expect(kinds(container(), drain).at(-1)).toMatchObject(drain);
    expect(kinds(container())[0]).not.toHaveProperty("anew");
    expect(kinds(container({}, [{ kind: "asked" }]))[0]).toMatchObject({ anew: true });
  });
});

describe("the way back", () => {
  const delivery = deliveryOf({ service: "a", instances: ["1", "2"], writes: true });

  test("brings the file back only where it was written, and restarts only what was restarted", () => {
    const told = (requests: readonly HostRequest[]) =>
      requests.map((one) => ("instance" in one ? `${one.kind} ${one.instance}` : one.kind));
    expect(told(returnRequests({ delivery, written: true, instances: ["1"] }, checks))).toEqual([
      "return",
      "restart 1",
      "verify 1",
    ]);
    expect(told(returnRequests({ delivery, written: false, instances: ["2"] }, checks))).toEqual([
      "restart 2",
      "verify 2",
    ]);
    expect(told(returnRequests({ delivery: bundle(), written: true, instances: [] }, checks))).toEqual(["return"]);
  });

  test("what was staged is swept, and looking again changes nothing", () => {
    expect(sweepRequests([delivery])).toMatchObject([{ kind: "sweep" }]);
    expect(verifyRequests([delivery], checks).map(({ kind }) => kind)).toEqual(["verify", "verify"]);
  });
});

describe("a rendered file", () => {
  const runtime = {
    kind: "process",
    command: ["x"],
    directory: "/",
    instances: [""],
    instanceEnvironment: {},
  } as const;
  const docker = {
    kind: "docker",
    container: "a",
    image: "a",
    exclusive: false,
    restart: "no",
    volumes: [],
    stop: 1,
    instances: [""],
  } as const;
  const entries = uniqueArray(
    recordOf({
      name: constantFrom("A", "B", "C"),
      text: array(constantFrom("a", " ", '"', "'", "$", "\\", "#", "=", "é")),
    }),
    {
      selector: ({ name }) => name,
    },
  );

  test("gives its consumer exactly the values and the label, in order", () => {
    assert(
      property(entries, (all) => {
        const wanted = all.map(({ name, text }) => ({ name, value: Sensitive.of(text.join("")) }));
        const found = dialects.systemd.read(renderFile({ runtime, reader: undefined }, wanted, "r7").reveal()).entries;
        expect(found.map(({ name, value }) => [name, value.reveal().toString("utf8")])).toEqual([
          ...wanted.map(({ name, value }) => [name, value.reveal().toString("utf8")]),
          [releaseVariable, "r7"],
        ]);
      }),
    );
  });

  test("is refused with every variable that can't be carried, and without their values", () => {
    const all = ["FINE", "ONE", "TWO"].map((name) => ({
      name,
      value: Sensitive.of(name === "FINE" ? "x" : "hunter2\0"),
    }));
    const error = thrown(() => renderFile({ runtime, reader: undefined }, all, "r1"));
    expect(error.code).toBe("VALUE_UNCARRIABLE");
    expect(error.findings.map(({ message }) => /^\w+/.exec(message)?.[0])).toEqual(["ONE", "TWO"]);
    expect(JSON.stringify([error.message, error.findings])).not.toContain("hunter2");
  });

  test("of a container is its environment itself, which carries any text", () => {
    const to = { runtime: { ...docker, labels: {} }, reader: undefined } as const;
    const text = "a\nb\"'$\\";
    const bytes = renderFile(to, [{ name: "A", value: Sensitive.of(text) }], "r7").reveal();
    expect(bytes.toString("utf8")).toBe(`A=${text}\0KEYTURN_RELEASE=r7\0`);
    for (const value of [Sensitive.of("hunter2\0"), Sensitive.of(Buffer.from([0xff, 0xfe]))]) {
      expect(thrown(() => renderFile(to, [{ name: "A", value }], "r7")).code).toBe("VALUE_UNCARRIABLE");
    }
  });

  test("of another consumer has no label", () => {
    const bytes = renderDialect("json", [{ name: "A", value: Sensitive.of("1") }]);
    expect(JSON.parse(bytes.reveal().toString("utf8"))).toEqual({ A: "1" });
  });
});

function firstOf(kinds: readonly string[], wanted: readonly string[]): number {
  const at = kinds.findIndex((kind) => wanted.includes(kind));
  return at === -1 ? Infinity : at;
}

interface Spec {
  readonly service: string;
  readonly instances: readonly string[];
  readonly writes: boolean;
}

function deliveryOf(spec: Spec = { service: "a", instances: ["1"], writes: true }): Delivery {
  const steps: readonly Step[] = [
    ...(spec.writes ? [{ kind: "file" as const }] : []),
    ...spec.instances.map((instance) => ({ kind: "restart" as const, instance, action: "restart" as const })),
  ];
  const file = { path: `/opt/${spec.service}/.env`, owner: "o", group: "o", mode: "600" };
  const units = spec.instances.map((instance) => ({ instance, unit: `${spec.service}@${instance}.service` }));
  const target = `${spec.service}@h`;
  return {
    plan: {
      target,
      service: spec.service,
      host: "h",
      order: 1,
      reasons: [],
      variables: [],
      steps,
      downtime: { kind: "none" },
    },
    address: { id: target, service: spec.service, runtime: { kind: "systemd", file, instances: units } },
    content: { kind: "file", file: Sensitive.of("A=1\n"), record: someRecord() },
  };
}

function container(more: { readonly exclusive?: boolean } = {}, reasons: Planned["plan"]["reasons"] = []): Delivery {
  const made = deliveryOf({ service: "agent", instances: [""], writes: true });
  const runtime = {
    kind: "docker",
    container: "agent-a",
    image: "agent:1",
    exclusive: false,
    restart: "no",
    volumes: [],
    labels: {},
    stop: 4000,
    instances: [{ instance: "", unit: "agent-a" }],
    ...more,
  } as const;
  return { ...made, plan: { ...made.plan, reasons }, address: { ...made.address, runtime } };
}

function bundle(): Delivery {
  const made = deliveryOf();
  return {
    plan: { ...made.plan, steps: [{ kind: "publish" }] },
    address: { ...made.address, runtime: { kind: "site", path: "/opt/console", owner: "o", group: "o" } },
    content: { kind: "bundle", id: "abc", archive: Buffer.from("tar"), record: someRecord() },
  };
}

function someRecord() {
  return makeRecord({ release: "r1", digest: "00", salt: "00", variables: [] });
}

function thrown(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it went through");
}
