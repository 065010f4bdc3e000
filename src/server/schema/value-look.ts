import { z } from "@hono/zod-openapi";
import { version } from "./value.ts";

const texts = z.array(z.string()).readonly();

export const hostQuery = z.strictObject({ host: z.string().min(1).max(200).optional() });

export const valueHistory = z
  .strictObject({ versions: z.array(version.extend({ present: z.boolean() })).readonly() })
  .openapi("ValueHistory");

const delivered = z.strictObject({
  release: z.int(),
  version: z.int().optional(),
  origin: z.string(),
  beside: z
    .strictObject({ name: z.string(), version: z.int() })
    .optional()
    .describe("a second value of it that it takes as well, while the secret is being rotated"),
});

export const holders = z
  .strictObject({
    name: z.string(),
    holders: z
      .array(
        z.strictObject({
          service: z.string(),
          host: z.string(),
          granted: z.boolean(),
          place: z.string().describe("where it is set"),
          version: z.int().optional().describe("what it would get now"),
          delivered: delivered.optional().describe("what the last good release gave it"),
        }),
      )
      .readonly(),
    where: texts.describe("where the value comes from, as the contracts say"),
    pair: z
      .strictObject({
        companion: z.string().describe("the other half, which changes with it"),
        maps: z
          .array(
            z.strictObject({
              service: z.string(),
              host: z.string(),
              variable: z.string().describe("is made of the two"),
              granted: z.boolean(),
              place: z.string(),
            }),
          )
          .readonly()
          .describe("who has both in a map of keys, and neither for itself"),
      })
      .optional()
      .describe("of a name that is half of a pair"),
  })
  .openapi("Holders");

/** its other fields depend on the kind */
const candidate = z.looseObject({ kind: z.enum(["store", "manifest", "contract"]) }).openapi("Candidate");

export const explanation = z
  .strictObject({
    name: z.string(),
    targets: z
      .array(
        z.strictObject({
          service: z.string(),
          host: z.string(),
          winner: candidate.optional(),
          shadowed: z.array(candidate).readonly(),
          grants: texts,
          contract: z.looseObject({ sensitive: z.boolean() }),
        }),
      )
      .readonly(),
    sources: z.array(z.strictObject({ label: z.string(), fingerprint: z.string() })).readonly(),
  })
  .openapi("Explanation");
