import { z } from "@hono/zod-openapi";
import { listedRollout, planContent, scope } from "./environment.ts";
import { finding } from "./failure.ts";

const texts = z.array(z.string()).readonly();
const troubles = z.array(z.strictObject({ target: z.string(), detail: z.string() })).readonly();

export const rolloutParameters = z.object({
  environment: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  rollout: z.string().regex(/^[a-z]{1,8}_[0-9a-z]{1,40}$/),
});

const part = z
  .array(z.string().max(200))
  .max(50)
  .default([])
  .describe("service, host or service@host; everything when none is named");
const overrideFreeze = z.string().min(1).max(500).optional().describe("why a freeze window does not count this time");

/** what was shown and confirmed */
export const expected = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional()
  .describe("the `digest` that a preview told: PLAN_CHANGED where something else would be done by now");

const rolloutRequest = { part, overrideFreeze };
const to = z.int().min(1).optional().describe("the release to go back to; the last good one before when it is left out");

export const previewedRollout = z.strictObject(rolloutRequest).openapi("PreviewedRollout");
export const newRollout = z.strictObject({ ...rolloutRequest, expected }).openapi("NewRollout");
export const previewedRollback = z.strictObject({ part, to }).openapi("PreviewedRollback");
export const newRollback = z.strictObject({ ...rolloutRequest, to, expected }).openapi("NewRollback");

const imported = z.strictObject({
  values: z
    .array(
      z.strictObject({
        name: z.string(),
        origin: z.string(),
        kind: z.enum(["stored", "unchanged"]),
        version: z.int(),
        shadowed: texts,
      }),
    )
    .readonly(),
  skipped: z.array(z.strictObject({ name: z.string(), reason: z.literal("no-grant") })).readonly(),
  findings: z.array(finding).readonly(),
});

export const plannedRollout = z
  .strictObject({
    kind: z.enum(["planned", "nothing"]),
    plan: planContent,
    digest: z.string().describe("of what would be done, to be sent back as `expected`"),
    imported: imported.optional().describe("what the manifest's sources gave, which is kept by now"),
    told: z
      .array(z.looseObject({ kind: z.string() }))
      .readonly()
      .describe("events that are no look at a host"),
  })
  .openapi("PlannedRollout");

export const rollbackProposal = z
  .strictObject({
    proposal: z.strictObject({
      release: z.int(),
      values: z
        .array(z.strictObject({ name: z.string(), scope, from: z.string(), to: z.string() }))
        .readonly(),
      notOurs: z
        .array(z.strictObject({ target: z.string(), name: z.string() }))
        .readonly()
        .describe("differ as well, and come from manifest or contract"),
    }),
    digest: z.string().describe("to be sent back as `expected`"),
  })
  .openapi("RollbackProposal");

export const remainder = z
  .strictObject({
    rollout: z.string(),
    release: z.int(),
    actor: z.string(),
    startedAt: z.int().describe("milliseconds since 1970"),
    finished: texts,
    begun: texts.describe("something may have been done there"),
    waiting: texts,
  })
  .openapi("OpenRollout");

export const rolloutPlan = z.strictObject({ plan: planContent }).openapi("RolloutPlan");

/** of what was at work before */
export const after = z.string().optional().describe("id of the last event that it had told before");

/** with events of their own, until it ends */
export const begunRollout = z.strictObject({ rollout: z.string(), after }).openapi("BegunRollout");
export const nothingToDo = z.strictObject({ kind: z.literal("nothing") }).openapi("NothingToDo");

const failure = z.strictObject({ host: z.string(), target: z.string(), step: z.string(), detail: z.string() });

export const rollout = listedRollout
  .extend({
    waves: z
      .array(z.strictObject({ number: z.int(), of: z.int(), targets: z.array(z.string()).readonly() }))
      .readonly()
      .describe("by the wave sizes that the manifest has now"),
    targets: z
      .array(
        z.strictObject({
          target: z.string(),
          host: z.string(),
          state: z.enum(["waiting", "working", "done", "failed", "returned"]),
          step: z.string().optional(),
          detail: z.string().optional(),
        }),
      )
      .readonly(),
    outcome: z
      .strictObject({
        kind: z.string(),
        failure: failure.optional(),
        hosts: texts.optional().describe("of `returned`: back on the release before"),
        unhealthy: troubles.optional().describe("of these, what runs again and passes no check"),
        targets: troubles.optional().describe("of `stranded`: what could not go back"),
      })
      .optional(),
  })
  .openapi("Rollout");
