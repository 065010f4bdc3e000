import { z } from "@hono/zod-openapi";
import { listedRollout } from "./environment.ts";

export const rolloutParameters = z.object({
  environment: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  rollout: z.string().regex(/^[a-z]{1,8}_[0-9a-z]{1,40}$/),
});

export const newRollout = z
  .strictObject({
    part: z
      .array(z.string().max(200))
      .max(50)
      .default([])
      .describe("service, host or service@host; everything when none is named"),
  })
  .openapi("NewRollout");

/** with events of their own, until it ends */
export const begunRollout = z.strictObject({ rollout: z.string() }).openapi("BegunRollout");
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
    outcome: z.strictObject({ kind: z.string(), failure: failure.optional() }).optional(),
  })
  .openapi("Rollout");
