import { z } from "@hono/zod-openapi";

const user = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
const service = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/).optional();

export const userParameter = z.object({ user });
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

export const createdRuntime = z
  .strictObject({
    kind: z.enum(["created", "existed"]),
    service: z.string(),
    user: z.string(),
    host: z.string(),
    target: z.string(),
  })
  .openapi("CreatedRuntime");

export const restart = z
  .strictObject({
    user: user.optional().describe("every runtime when it is left out"),
    service,
    now: z.boolean().optional().describe("all at once, without a canary"),
  })
  .openapi("Restart");

