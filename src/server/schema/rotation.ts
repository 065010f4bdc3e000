import { z } from "@hono/zod-openapi";
import { environmentParameter, scope } from "./environment.ts";
import { finding } from "./failure.ts";
import { after } from "./rollout.ts";
import { content, place } from "./value.ts";

const time = z.int().describe("milliseconds since 1970");
const texts = z.array(z.string()).readonly();
const name = z.string().min(1).max(200);
const phase = z.enum(["accept", "switch", "swap", "forget"]);

export const rotationParameters = environmentParameter.extend({
  rotation: z.string().regex(/^[a-z]{1,8}_[0-9a-z]{1,40}$/),
});

const step = z.strictObject({ phase, services: texts });

const entry = z.strictObject({
  seq: z.int(),
  at: time,
  step: z.int(),
  kind: z.string().describe("`running`, `called`, `quiet`, `proved`, `held`, `calls`, `back`, `retired` …"),
  subject: z.string().describe("target or instance; empty for the whole step"),
  detail: z.string(),
});

const issuance = z.strictObject({
  id: z.string(),
  name: z.string(),
  scope,
  from: z.int(),
  companion: z.strictObject({ name: z.string(), from: z.int() }).optional().describe("the other name of a pair"),
  compromised: z.boolean(),
  issuer: z.string().describe("as the manifest said when it was begun"),
  state: z.enum(["intended", "issued", "revoking-old", "revoking-new", "settled"]),
  attempts: z.int().describe("how often the revocation was tried in vain"),
  nextAt: time.optional().describe("when it is tried again"),
  trouble: z.string().optional(),
  actor: z.string(),
  startedAt: time,
});

const listed = z.strictObject({
  id: z.string(),
  name: z.string(),
  scope,
  from: z.int().describe("id of the version before"),
  to: z.int().describe("id of the new version"),
  companion: z
    .strictObject({ name: z.string(), from: z.int(), to: z.int() })
    .optional()
    .describe("the other name of a pair, which changes in the same steps"),
  state: z.enum(["open", "done", "returned"]),
  compromised: z.boolean(),
  steps: z.array(step).readonly(),
  step: z.int().describe("how many of the steps services have, or are getting"),
  rollout: z.string().optional().describe("the one that brings the last of them"),
  actor: z.string(),
  startedAt: time,
  endedAt: time.optional(),
  entries: z.array(entry).readonly().describe("what was done and found, in order"),
  issuance: issuance.optional().describe("what is left to do at the system that makes its value"),
});

export const rotations = z
  .strictObject({
    rotations: z.array(listed).readonly(),
    unkept: z
      .array(issuance)
      .readonly()
      .describe("begun at a system that makes values, and come to no rotation: it is to be taken back there"),
  })
  .openapi("Rotations");

export const rotation = listed
  .extend({
    versions: z.strictObject({ from: z.int(), to: z.int() }).describe("their numbers"),
    companionVersions: z
      .strictObject({ from: z.int(), to: z.int() })
      .optional()
      .describe("and those of the other name of a pair"),
    atWork: z.boolean().describe("it is open, and somebody is at work on this environment"),
    pastReturn: z.boolean().describe("the value before has ended: there is only forward"),
    overlapUntil: time.optional().describe("it stays open until then, for what the value before signed"),
    instances: z
      .array(
        z.strictObject({
          name: z.string().describe("as entries have it"),
          target: z.string(),
          service: z.string(),
          host: z.string(),
          instance: z.string(),
          probed: z.boolean().describe("a call proves what it takes"),
          reports: z.boolean().describe("it tells which value it is shown, or how its calls go"),
        }),
      )
      .readonly(),
  })
  .openapi("Rotation");

const seen = z.strictObject({ count: z.int(), last: z.string().optional(), from: z.string().optional() });

export const rotationUse = z
  .strictObject({
    verifiers: z
      .array(
        z.strictObject({
          instance: z.string(),
          report: z
            .strictObject({
              current: seen,
              previous: seen,
              next: seen,
              refused: seen,
              since: z.string(),
              release: z.string().optional(),
            })
            .optional(),
          detail: z.string().optional().describe("why there is none"),
        }),
      )
      .readonly()
      .describe("how often each value came there"),
    presenters: z
      .array(
        z.strictObject({
          instance: z.string(),
          report: z
            .strictObject({
              attached: z.int(),
              retried: z.int(),
              refused: z.int(),
              broken: z.int(),
              slowestMs: z.number(),
              since: z.string(),
            })
            .optional(),
          detail: z.string().optional(),
        }),
      )
      .readonly()
      .describe("how calls with it went"),
  })
  .openapi("RotationUse");

const question = {
  name: name.describe("of a pair either of the two"),
  ...place,
  compromised: z.boolean().optional().describe("somebody else may know it: no overlap, calls fail meanwhile"),
};

export const rotationQuestion = z
  .strictObject({ ...question, given: z.boolean().optional().describe("the new value comes with the request, and is not made") })
  .openapi("RotationQuestion");

const wait = z.int().min(0).max(86_400).optional().describe("seconds until nothing may present the old value: 300");

export const newRotation = z
  .strictObject({
    ...question,
    ...content,
    companion: z
      .strictObject(content)
      .optional()
      .describe("of a pair: the new value of the name that the plan tells as `companion`"),
    expected: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe("the `digest` that a preview told: PLAN_CHANGED where something else would be done by now"),
    asIs: z.boolean().optional().describe("also a provider's key that looks wrong, with nothing taken off, and a secret shorter than 8 bytes"),
    nearby: z
      .boolean()
      .optional()
      .describe("its provider may be asked in a private network: for who has a login to the home's own machine"),
    confirm: name.optional().describe("the name once more, where it is compromised"),
    wait,
  })
  .openapi("NewRotation");

export const rotationGoesOn = z.strictObject({ wait }).openapi("RotationGoesOn");
export const begunRotation = z.strictObject({ rotation: z.string(), after }).openapi("BegunRotation");

export const plannedRotation = z
  .strictObject({
    plan: z.strictObject({
      name: z.string(),
      scope,
      compromised: z.boolean(),
      from: z.strictObject({ number: z.int(), fingerprint: z.string() }),
      companion: z
        .strictObject({
          name: z.string(),
          from: z.strictObject({ number: z.int(), fingerprint: z.string() }),
        })
        .optional()
        .describe("the other name of a pair, which changes in the same steps"),
      unmade: texts.optional().describe("names that nothing makes a value of: a person gives it, of a pair both"),
      open: z
        .strictObject({ rotation: z.string(), step: z.int(), of: z.int() })
        .optional()
        .describe("it is being rotated already, and that rotation would become an emergency from where it is"),
      holders: z
        .array(
          z.strictObject({
            service: z.string(),
            role: z.enum(["presents", "verifies", "both"]),
            slots: z
              .strictObject({ previous: z.string().optional(), next: z.string().optional(), map: z.string().optional() })
              .describe("variables in which it takes a second value; `map` has both pairs of a pair"),
            to: texts,
            instances: z.int(),
            derived: texts.optional().describe("variables that follow from it: keys and tokens"),
            root: z.boolean().describe("it has the secret itself, and not only what follows from it"),
          }),
        )
        .readonly(),
      steps: z
        .array(step.extend({ targets: texts, restarts: z.int(), takes: z.number().describe("an estimate, ms") }))
        .readonly(),
      issuer: z
        .strictObject({
          does: z.string(),
          where: z.string(),
          overlap: z.boolean().describe("it takes both values until the old one is revoked"),
          promotedBehind: z
            .int()
            .optional()
            .describe("the step behind which the new value is promoted there: the old one ends with that"),
        })
        .optional()
        .describe("what another system does for it"),
      atLeast: z.number().describe("an estimate of the whole, ms"),
      warnings: z.array(finding).readonly().describe("what it breaks, and what it can't prove"),
    }),
    digest: z.string().describe("of what would be done, to be sent back as `expected`"),
  })
  .openapi("PlannedRotation");
