import { z } from "@hono/zod-openapi";
import { mostPlaces, mostSpans } from "#operation";
import { scope } from "./environment.ts";

/** any but what no database takes */
const text = (most: number) => z.string().max(most).regex(/^[^\0]*$/u);
const span = z.string().regex(/^[0-9a-f]{64}$/);

const candidatePlace = z
  .strictObject({
    span,
    encoding: z.string().regex(/^[a-z0-9-]{1,60}$/),
    place: z.strictObject({
      kind: z.enum(["tree", "git", "stream"]),
      where: text(1000),
      path: text(1000),
      line: z.int().min(0).max(2_147_483_647).optional(),
      byte: z.int().min(0).optional(),
    }),
    places: z.int().min(1).max(2_147_483_647),
    commit: z
      .string()
      .regex(/^[0-9a-f]{1,64}$/)
      .optional(),
    present: z.boolean(),
    machine: text(255),
    root: text(1000),
  })
  .openapi("CandidatePlace");

export const confirmRequest = z
  .strictObject({
    kit: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe("the kit's mark: which store made it"),
    spans: z
      .array(span)
      .min(1)
      .max(mostSpans)
      .describe("HMAC-SHA256 of what was found, under the kit's key"),
    places: z
      .array(candidatePlace)
      .max(mostPlaces)
      .optional()
      .describe("where they stand: of what is confirmed it is kept as a finding"),
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
