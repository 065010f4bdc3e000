import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindService, type OpenRotation, type Stock } from "#binding";
import { readContract, type Service } from "#contract";
import { fingerprint, Sensitive } from "#kernel";
import { holdersOf, stepsOf } from "#rotation";
import type { RotationStep, Version } from "#store";

const key = Buffer.alloc(32, 3);
const [old, young] = [versionOf(1), versionOf(2)];

/** `derived`: it has a token that is signed with the secret, and not the secret itself */
type Part = "presents" | "verifies" | "both" | "unnamed" | "derived";

interface Member {
  readonly name: string;
  readonly part: Part;
  readonly next: boolean;
  readonly previous: boolean;
  readonly instances: number;
}

const member = fc.record({
  part: fc.constantFrom<Part>("presents", "verifies", "both", "unnamed", "derived"),
  next: fc.boolean(),
  previous: fc.boolean(),
  instances: fc.constantFrom(1, 2),
});
const platform: fc.Arbitrary<readonly Member[]> = fc
  .array(member, { minLength: 1, maxLength: 5 })
  .map((members) => members.map((one, index) => ({ ...one, name: `s${index}` })));

describe("the steps of a rotation", () => {
  test("a value that is presented is always taken, however far each service has come, but in a swap", () => {
    fc.assert(
      fc.property(platform, fc.infiniteStream(fc.boolean()), (members, ahead) => {
        const services = platformOf(members);
        const holders = holdersOf(services, "TOKEN", () => true);
        const steps = stepsOf(holders, { atOnce: false });
        for (let at = 0; at < steps.length; at += 1) {
          if (steps[at]?.phase === "swap") continue;
          // each service on its own, and each instance of one, is before or behind this step
          const seats = services.flatMap((service) => [service, service]);
          const have = seats.map((service) => ({
            service,
            ...boundOf(service, steps, ahead.next().value === true ? at + 1 : at),
          }));
          for (const { service, presented } of have) {
            const to = holders.find((holder) => holder.service === service.name)?.to ?? [];
            const isAlone = members.find(({ name }) => name === service.name)?.instances === 1;
            for (const receiver of have) {
              if (!to.includes(receiver.service.name)) continue;
              // one process has one stance
              if (isAlone && receiver.service === service) continue;
              expect(receiver.taken).toContain(presented);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("behind the last one every service has the new value and nothing beside it", () => {
    fc.assert(
      fc.property(platform, fc.boolean(), (members, compromised) => {
        const services = platformOf(members);
        const steps = stepsOf(
          holdersOf(services, "TOKEN", () => true),
          { atOnce: compromised },
        );
        for (const service of services) {
          expect(boundOf(service, steps, 0, compromised)).toEqual({ presented: "1", taken: ["1"] });
          expect(boundOf(service, steps, steps.length, compromised)).toEqual({ presented: "2", taken: ["2"] });
        }
      }),
    );
  });

  test("nobody is asked to change where nothing of it changes", () => {
    fc.assert(
      fc.property(platform, (members) => {
        const services = platformOf(members);
        const steps = stepsOf(
          holdersOf(services, "TOKEN", () => true),
          { atOnce: false },
        );
        steps.forEach((step, at) => {
          for (const service of services) {
            const [before, behind] = [boundOf(service, steps, at), boundOf(service, steps, at + 1)];
            expect(step.services.includes(service.name)).toBe(JSON.stringify(before) !== JSON.stringify(behind));
          }
        });
      }),
    );
  });

  test("a calling platform: verifiers learn, presenters switch, verifiers forget", () => {
    const services = platformOf([
      { name: "backend", part: "verifies", next: false, previous: true, instances: 2 },
      { name: "fleet", part: "both", next: true, previous: true, instances: 3 },
      { name: "dialler", part: "presents", next: false, previous: false, instances: 1 },
    ]);
    expect(
      stepsOf(
        holdersOf(services, "TOKEN", () => true),
        { atOnce: false },
      ),
    ).toEqual([
      { phase: "accept", services: ["backend", "fleet"] },
      { phase: "switch", services: ["fleet", "dialler"] },
      { phase: "forget", services: ["backend", "fleet"] },
    ]);
  });

  test("a verifier without a place for two makes it a swap with whoever presents", () => {
    const services = platformOf([
      { name: "api", part: "verifies", next: false, previous: false, instances: 1 },
      { name: "edge", part: "verifies", next: false, previous: true, instances: 1 },
      { name: "caller", part: "presents", next: false, previous: false, instances: 1 },
    ]);
    expect(
      stepsOf(
        holdersOf(services, "TOKEN", () => true),
        { atOnce: false },
      ),
    ).toEqual([
      { phase: "accept", services: ["edge"] },
      { phase: "swap", services: ["api", "caller"] },
      { phase: "forget", services: ["edge"] },
    ]);
  });

  test("what follows from a root changes when whoever has the root takes both, and together with it where it can't", () => {
    const keys: Member = { name: "agent", part: "derived", next: false, previous: false, instances: 2 };
    const stepsWith = (previous: boolean) =>
      stepsOf(
        holdersOf(
          platformOf([{ name: "api", part: "unnamed", next: false, previous, instances: 1 }, keys]),
          "TOKEN",
          () => true,
        ),
        { atOnce: false },
      );
    expect(stepsWith(true)).toEqual([
      { phase: "accept", services: ["api"] },
      { phase: "switch", services: ["agent"] },
      { phase: "forget", services: ["api"] },
    ]);
    expect(stepsWith(false)).toEqual([{ phase: "swap", services: ["api", "agent"] }]);
  });

  test("a service that signs for itself learns and forgets, where it is one process", () => {
    const alone: Member = { name: "api", part: "unnamed", next: false, previous: true, instances: 1 };
    const several: Member = { name: "api", part: "unnamed", next: false, previous: true, instances: 2 };
    const stepsFor = (member: Member) =>
      stepsOf(
        holdersOf(platformOf([member]), "TOKEN", () => true),
        { atOnce: false },
      ).map(({ phase }) => phase);
    expect(stepsFor(alone)).toEqual(["accept", "forget"]);
    expect(stepsFor(several)).toEqual(["swap", "forget"]);
  });
});

/** As the manifest is read: who presents, presents to everyone else that verifies. */
function platformOf(members: readonly Member[]): readonly Service[] {
  const services = members.map(serviceOf);
  return services.map((service) => {
    const to = services
      .filter((other) => other !== service && other.verifies.includes("TOKEN"))
      .map(({ name }) => name);
    return { ...service, presenting: new Map(service.presents.map((name) => [name, { to }])) };
  });
}

function serviceOf({ name, part, next, previous, instances }: Member): Service {
  const slots = [...(previous ? ["TOKEN_PREVIOUS"] : []), ...(next ? ["TOKEN_NEXT"] : [])];
  const accepts = slots.length === 0 ? "" : `# @accepts=${slots.join(",")}\n`;
  const declared =
    part === "derived"
      ? "# @sensitive @required @derive=jwt(TOKEN, role=service)\nTOKEN_KEY=\n"
      : `# @sensitive @required\n${accepts}TOKEN=\n`;
  const contract = readContract(declared, `${name}/.env.example`);
  return {
    name,
    base: name,
    contract: "contract" in contract ? contract.contract : contract,
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
    presents: part === "presents" || part === "both" ? ["TOKEN"] : [],
    verifies: part === "verifies" || part === "both" ? ["TOKEN"] : [],
  } as Service;
}

function boundOf(service: Service, steps: readonly RotationStep[], step: number, compromised = false) {
  const rotation: OpenRotation = { from: old, to: young, compromised, steps, step, startedAt: 0 };
  const stock: Stock = {
    versions: new Map([["TOKEN", [young]]]),
    opened: new Map([old, young].map(({ id }) => [id, Sensitive.of(`${id}`.padStart(1))])),
    grants: ["TOKEN", "TOKEN_KEY"].map((name) => {
      return { service: service.name, name, kind: "hold", actor: "test", createdAt: 0 } as const;
    }),
    rotations: new Map([["TOKEN", rotation]]),
    fingerprint: (name, value) => fingerprint(key, name, value.reveal()),
  };
  const { variables, findings } = bindService(service, "h1", stock);
  expect(findings).toEqual([]);
  const texts = new Map(variables.map(({ name, value }) => [name, value.reveal().toString()]));
  const token = texts.get("TOKEN_KEY");
  if (token !== undefined) return { presented: signedWith(token), taken: [signedWith(token)] };
  return { presented: texts.get("TOKEN"), taken: [...texts.values()].toSorted() };
}

/** Which of the values a token is signed with. */
function signedWith(token: string): string | undefined {
  const [head, claims, signature] = token.split(".");
  return ["1", "2"].find((root) => {
    return createHmac("sha256", root).update(`${head}.${claims}`).digest("base64url") === signature;
  });
}

function versionOf(id: number): Version {
  return {
    id,
    name: "TOKEN",
    scope: {},
    number: id,
    state: "live",
    sensitive: true,
    fingerprint: fingerprint(key, "TOKEN", Buffer.from(`${id}`)),
    origin: "generated",
    actor: "test",
    createdAt: 0,
  };
}
