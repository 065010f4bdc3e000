import { z } from "zod";
import { expected, grammar } from "./grammar.ts";

export const from = z.enum(["host", "control"], { error: expected("host or control") });
export const status = z
  .int({ error: expected("a status from 100 to 599") })
  .min(100)
  .max(599);

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const statuses = z.array(status).min(1);

export const probeSchema = z.strictObject({
  http: grammar.url.describe("where it is asked; loopback is the host's own"),
  from: from.optional().describe("control: asked from where Keyturn runs; host by default"),
  method: z
    .enum(methods, { error: expected(`${methods.slice(0, -1).join(", ")} or ${methods.at(-1)}`) })
    .optional()
    .describe("POST where there is a body, else GET"),
  header: grammar.header.optional().describe("the header that carries the value; Authorization by default"),
  scheme: grammar.word
    .optional()
    .describe("a word before the value, or none; Bearer by default for Authorization, none for other headers"),
  as: z
    .enum(["livekit", "basic"], { error: expected("livekit or basic") })
    .optional()
    .describe(
      "of a pair: how both are shown; a token of LiveKit, or name and password (Basic). The secret alone by default",
    ),
  body: z
    .string({ error: expected("a text") })
    .max(10_000)
    .optional()
    .describe("what is sent, as application/json where it is JSON; never a secret"),
  passes: statuses.optional().describe("statuses that mean accepted; any 2xx by default"),
  refused: statuses.optional().describe("statuses that mean refused; 401 and 403 by default"),
  timeout: grammar.duration.optional().describe("how long one answer may take; 2s by default"),
  deadline: grammar.duration
    .optional()
    .describe("how long it is asked again while the answer is neither, as a 503; 20s by default"),
});

export type RawProbe = z.infer<typeof probeSchema>;

const report = z.union([grammar.url, z.strictObject({ http: grammar.url, from: from.optional() })], {
  error: expected("a URL, or http with from"),
});

export const verifyingSchema = z.strictObject({
  probe: probeSchema.optional().describe("a request that needs the secret"),
  report: report.optional().describe("where it tells how often each value was seen"),
  quiet: grammar.duration
    .optional()
    .describe("how long the old value must not have been seen before it is forgotten; 10s by default"),
});

export type RawReport = z.infer<typeof report>;
export type RawVerifying = z.infer<typeof verifyingSchema>;

export const presentingSchema = z.strictObject({
  to: z
    .array(grammar.name)
    .min(1)
    .optional()
    .describe("services that it is presented to; all others that verify it by default"),
  report: report.optional().describe("where it tells how its calls went"),
});

export type RawPresenting = z.infer<typeof presentingSchema>;

const names = z.array(grammar.variable);

export const presents = z.union([names, z.record(grammar.variable, presentingSchema.nullable())], {
  error: expected("a list of names, or names with to and report"),
});

export const verifies = z.union([names, z.record(grammar.variable, verifyingSchema.nullable())], {
  error: expected("a list of names, or names with probe, report and quiet"),
});
