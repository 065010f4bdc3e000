import { z } from "@hono/zod-openapi";
import { expected } from "./rollout.ts";

const user = z.string().min(1).max(200);
const service = z.string().min(1).max(200).optional();

export const userParameter = z.object({ user: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/) });
export const serviceQuery = z.strictObject({ service });
export const newRuntime = z.strictObject({ user, service }).openapi("NewRuntime");

export const runtimes = z
  .strictObject({
    runtimes: z
      .array(
        z.strictObject({
          service: z.string(),
          user: z.string(),
          host: z.string(),
          target: z.string(),
          state: z.string(),
          release: z.string().optional(),
          createdAt: z.int().describe("milliseconds since 1970"),
        }),
      )
      .readonly(),
  })
  .openapi("Runtimes");

const placed = z.strictObject({
  kind: z.enum(["created", "existed"]),
  service: z.string(),
  user: z.string(),
  host: z.string(),
  target: z.string(),
});

export const createdRuntime = placed.openapi("CreatedRuntime");
export const begunRuntime = placed
  .extend({ rollout: z.string().optional().describe("absent where it is as it should be") })
  .openapi("BegunRuntime");

const which = { user: user.optional().describe("every runtime when it is left out"), service };

export const previewedRestart = z.strictObject(which).openapi("PreviewedRestart");
export const restart = z
  .strictObject({ ...which, now: z.boolean().optional().describe("all at once, without a canary"), expected })
  .openapi("Restart");

export const removedRuntime = z.strictObject({ target: z.string() }).openapi("RemovedRuntime");

