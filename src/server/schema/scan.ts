import { z } from "@hono/zod-openapi";
import { mostSpans } from "#operation";
import { scope } from "./environment.ts";

export const confirmRequest = z
  .strictObject({
    kit: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe("the kit's mark: which store made it"),
    spans: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .min(1)
      .max(mostSpans)
      .describe("HMAC-SHA256 of what was found, under the kit's key"),
  })
  .openapi("ConfirmRequest");

export const confirmation = z
  .strictObject({
    confirmed: z
      .array(
        z.strictObject({
          span: z.string(),
          name: z.string(),
          version: z.int(),
          environment: z.string(),
          scope,
          state: z.enum(["live", "retired", "compromised"]),
        }),
      )
      .readonly(),
    complete: z.boolean().describe("every environment was looked into: what is not confirmed is no value"),
  })
  .openapi("Confirmation");
