import { z } from "@hono/zod-openapi";
import { environmentParameter, scope } from "./environment.ts";
import { isNotTwoProofs, proofFields } from "./passkey.ts";
import { version } from "./value.ts";

const name = z.string().min(1).max(200);

export const secretParameters = environmentParameter.extend({ name });

export const revealRequest = z
  .strictObject({
    // nothing of whoever has a login to the home's machine
    ...proofFields,
    service: name.optional(),
    host: name.optional(),
    reason: z.string().min(1).max(200).optional().describe("goes into the audit log"),
  })
  .refine(isNotTwoProofs)
  .openapi("RevealRequest");

export const revealed = z
  .strictObject({
    name: z.string(),
    version: z.int(),
    fingerprint: z.string(),
    scope,
    stored: version,
    value: z.string().optional(),
    base64: z.string().optional().describe("in place of `value` where it is no text"),
  })
  .openapi("Revealed");

export const probeRequest = z
  .strictObject({
    only: name.optional().describe("a provider or a variable; every credential otherwise"),
    nearby: z.boolean().optional().describe("also in private networks; over ssh to the home's machine only"),
    newAddress: z.boolean().optional().describe("also at addresses newer than a key; over ssh to the home's machine only"),
  })
  .openapi("ProbeRequest");

export const probed = z
  .strictObject({
    credentials: z
      .array(
        z.strictObject({
          provider: z.string(),
          title: z.string(),
          name: z.string(),
          version: z.int(),
          with: z.array(z.string()).readonly(),
          targets: z.array(z.string()).readonly(),
          state: z.string(),
          meaning: z.string(),
          advice: z.string(),
          since: z.int().optional().describe("milliseconds since 1970"),
          milliseconds: z.int(),
          deadlines: z.array(z.strictObject({ deadline: z.string(), message: z.string() })).readonly(),
        }),
      )
      .readonly(),
  })
  .openapi("Probed");

export const probeQuery = z.strictObject({ only: name.optional() });

export const probePeriods = z
  .strictObject({
    periods: z
      .array(
        z.strictObject({
          provider: z.string(),
          name: z.string(),
          version: z.int(),
          fingerprint: z.string(),
          address: z.string(),
          state: z.string(),
          meaning: z.string(),
          actor: z.string(),
          since: z.int().describe("milliseconds since 1970"),
          last: z.int(),
          times: z.int(),
        }),
      )
      .readonly(),
  })
  .openapi("ProbePeriods");
