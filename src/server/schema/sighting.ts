import { z } from "@hono/zod-openapi";
import { scope } from "./environment.ts";

const text = z.string().min(1).max(200).regex(/^\P{Cc}*$/u);

export const sightingQuery = z.strictObject({
  actor: text.optional().describe("as the audit log has it, or a person's name: `anna` is `anna@ops1` as well"),
  name: text.optional().describe("of the secret"),
});

export const sightings = z
  .strictObject({
    people: z
      .array(
        z.strictObject({
          person: z.string(),
          actors: z.array(z.string()).readonly().describe("as the audit log has them"),
          seen: z
            .array(
              z.strictObject({
                name: z.string(),
                scope,
                number: z.int(),
                fingerprint: z.string(),
                use: z.enum(["present", "running", "replaced", "retired", "compromised"]),
                ways: z
                  .array(
                    z.strictObject({
                      way: z.string(),
                      actor: z.string(),
                      certain: z.boolean().describe("false: it was in their reach"),
                      at: z.int().describe("the last time, in milliseconds since 1970"),
                      times: z.int(),
                    }),
                  )
                  .readonly(),
              }),
            )
            .readonly(),
          rotate: z.array(z.string()).readonly().describe("names of which they know what is in use now"),
        }),
      )
      .readonly()
      .describe("whoever knows most of what is in use comes first"),
  })
  .openapi("Sightings");
