import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bindService, type OpenRotation, type Stock } from "#binding";
import { readContract, type Service } from "#contract";
import { fingerprint, Sensitive } from "#kernel";
import { holdersOf, stepsOf } from "#rotation";
import type { RotationStep, Version } from "#store";

const mark = Buffer.alloc(32, 3);
const pair = ["SECRET", "KEY"] as const;
const names = ["SECRET", "KEY"] as const;
type Slot = "PREVIOUS" | "NEXT";

interface Member {
  readonly name: string;
  /** `map`: it has nothing but a map of keys */
  readonly part: "presents" | "verifies" | "both" | "unnamed" | "map";
  readonly secret: readonly Slot[];
  /** places for a second key; a contract may lack what it has for the secret */
  readonly key: readonly Slot[];
  readonly map: boolean;
  readonly instances: number;
}

const slots = fc.subarray<Slot>(["PREVIOUS", "NEXT"]);
const platform: fc.Arbitrary<readonly Member[]> = fc
  .array(
    fc.record({
      part: fc.constantFrom<Member["part"]>("presents", "verifies", "both", "unnamed", "map"),
      secret: slots,
      key: slots,
      map: fc.boolean(),
      instances: fc.constantFrom(1, 2),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((members) => members.map((one, index) => ({ ...one, name: `s${index}` })));

test("at every step each service has whole pairs, and takes what is presented to it", () => {
  fc.assert(
    fc.property(platform, fc.infiniteStream(fc.boolean()), (members, ahead) => {
      const services = platformOf(members);
      const holders = holdersOf(services, "SECRET", () => true, pair);
      const steps = stepsOf(holders, { atOnce: false });
      for (let at = 0; at <= steps.length; at += 1) {
        // each service on its own is before or behind this step
        const have = services.map((service) => {
          const step = ahead.next().value === true ? Math.min(at + 1, steps.length) : at;
          return { service, ...boundOf(service, steps, step) };
        });
        for (const { keys, secrets, presented } of have) {
          expect(keys).toEqual(secrets);
          if (presented !== undefined) expect(presented[0]).toBe(presented[1]);
        }
        if (steps[at]?.phase === "swap") continue;
        for (const { service, presented } of have) {
          const to = holders.find((holder) => holder.service === service.name)?.to ?? [];
          for (const receiver of have) {
            if (presented === undefined || receiver === undefined || receiver.service === service) continue;
            if (to.includes(receiver.service.name)) expect(receiver.secrets).toContain(presented[0]);
          }
        }
      }
      for (const service of services) {
        expect(boundOf(service, steps, 0).secrets).toEqual(["1"]);
        expect(boundOf(service, steps, steps.length).secrets).toEqual(["2"]);
      }
    }),
    { numRuns: 400 },
  );
});

test("with a map of keys the server learns first, and who presents needs no second place", () => {
  const alone = { secret: [], key: [], map: false, instances: 1 } as const;
  const services = platformOf([
    { ...alone, name: "livekit", part: "map" },
    { ...alone, name: "dialler", part: "presents" },
  ]);
  const holders = holdersOf(services, "SECRET", () => true, pair);
  expect(stepsOf(holders, { atOnce: false })).toEqual([
    { phase: "accept", services: ["livekit"] },
    { phase: "switch", services: ["dialler"] },
    { phase: "forget", services: ["livekit"] },
  ]);
  expect(holders).toMatchObject([
    { service: "livekit", role: "verifies", slots: { map: "KEYS" }, derived: ["KEYS"], root: false },
    { service: "dialler", role: "presents", to: ["livekit"], root: true },
  ]);
});

function platformOf(members: readonly Member[]): readonly Service[] {
  const services = members.map(serviceOf);
  return services.map((service) => {
    const to = services
      .filter((other) => other !== service && other.verifies.includes("SECRET"))
      .map(({ name }) => name);
    return { ...service, presenting: new Map(service.presents.map((name) => [name, { to }])) };
  });
}

function serviceOf({ name, part, secret, key, map, instances }: Member): Service {
  const declared = (variable: string, places: readonly Slot[]): string => {
    const accepts = places.length === 0 ? "" : ` @accepts=${places.map((slot) => `${variable}_${slot}`).join(",")}`;
    return `# @sensitive @required${accepts}\n${variable}=\n`;
  };
  const own = part === "map" ? "" : declared("SECRET", secret) + declared("KEY", key);
  const keys = part === "map" || map ? "# @required @derive=key-map(KEY, SECRET)\nKEYS=\n" : "";
  return {
    name,
    base: name,
    contract: readContract(own + keys, `${name}/.env.example`),
    hosts: ["h1"],
    runtime: {
      kind: "process",
      command: ["node"],
      directory: ".",
      instances: Array.from({ length: instances }, (_, i) => `${i}`),
      instanceEnvironment: {},
    },
    values: {},
    health: [],
    prepare: [],
    order: 0,
    position: { file: "keyturn.yaml", line: 1, column: 1 },
    presenting: new Map(),
    verifying: new Map(),
    presents: part === "presents" || part === "both" ? ["SECRET"] : [],
    verifies: part === "verifies" || part === "both" ? ["SECRET"] : [],
  };
}

/** Which pairs a service has, by number: those that it takes in any place, and the one that it presents. */
function boundOf(service: Service, steps: readonly RotationStep[], step: number) {
  const ids = { SECRET: [1, 2], KEY: [3, 4] } as const;
  const rotations = names.map((name) => {
    const [from, to] = ids[name].map((id) => versionOf(id, name));
    if (from === undefined || to === undefined) throw new Error("two versions");
    const open: OpenRotation = { from, to, pair, compromised: false, steps, step, startedAt: 0 };
    return [name, open] as const;
  });
  const stock: Stock = {
    versions: new Map(names.map((name) => [name, [versionOf(ids[name][1], name)]])),
    // the text of a version is the number of its pair, behind a letter for each name
    opened: new Map(names.flatMap((name) => ids[name].map((id, at) => [id, Sensitive.of(`${name} ${at + 1}`)]))),
    grants: [...names, "KEYS"].map((name) => {
      return { service: service.name, name, kind: "hold", actor: "test", createdAt: 0 } as const;
    }),
    rotations: new Map(rotations),
    fingerprint: (name, value) => fingerprint(mark, name, value.reveal()),
  };
  const { variables, findings } = bindService(service, "h1", stock);
  expect(findings).toEqual([]);
  const texts = new Map(variables.map(({ name, value }) => [name, value.reveal().toString()]));
  const numbers = (name: "SECRET" | "KEY"): readonly string[] => {
    const found = [...texts.values()].flatMap((text) => [...text.matchAll(new RegExp(`${name} (\\d)`, "g"))]);
    return [...new Set(found.map(([, number = ""]) => number))].toSorted();
  };
  const [secret, key] = names.map((name) => texts.get(name)?.slice(-1));
  const presented = secret === undefined || key === undefined ? undefined : ([secret, key] as const);
  return { secrets: numbers("SECRET"), keys: numbers("KEY"), presented };
}

function versionOf(id: number, name: string): Version {
  return {
    id,
    name,
    scope: {},
    number: id,
    state: "live",
    sensitive: true,
    fingerprint: fingerprint(mark, name, Buffer.from(`${id}`)),
    origin: "generated",
    actor: "test",
    createdAt: 0,
  };
}
