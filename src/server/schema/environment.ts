import { z } from "@hono/zod-openapi";
import { finding } from "./failure.ts";

const time = z.int().describe("milliseconds since 1970");
const texts = z.array(z.string()).readonly();
const findings = z.array(finding).readonly();
const count = z.coerce.number().int().min(1).max(500);
const manyEntries = z.coerce.number().int().min(1).max(10_000);

export const environmentParameter = z.object({ environment: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/) });
export const environments = z
  .strictObject({
    environments: z
      .array(z.strictObject({ name: z.string(), role: z.enum(["viewer", "operator", "admin"]) }))
      .readonly(),
  })
  .openapi("Environments");

export const partQuery = z.strictObject({
  part: z
    .union([z.string().max(200), z.array(z.string().max(200)).max(50)])
    .optional()
    .describe("service, host or service@host; everything when none is named"),
});
export const scopeQuery = z.strictObject({ service: z.string().max(200).optional(), host: z.string().max(200).optional() });
export const limitQuery = z.strictObject({ limit: count.default(50) });
export const auditQuery = z.strictObject({ limit: manyEntries.default(50), subject: z.string().max(200).regex(/^\P{Cc}*$/u).optional() });

export const scope = z.strictObject({ service: z.string().optional(), host: z.string().optional() });

/** its other fields depend on the kind */
const difference = z.looseObject({ kind: z.string() }).openapi("Difference");

const health = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("healthy"), release: z.string().optional() }),
  z.strictObject({ kind: z.literal("unhealthy"), detail: z.string() }),
  z.strictObject({ kind: z.literal("unchecked") }),
]);

export const status = z
  .strictObject({
    platform: z.string(),
    environment: z.string(),
    rows: z
      .array(
        z.strictObject({
          service: z.string(),
          host: z.string(),
          instance: z.string(),
          state: z.string(),
          release: z.string(),
          startedAt: z.number().optional(),
          health,
          differences: z.array(difference).readonly(),
        }),
      )
      .readonly(),
    open: z.strictObject({ rollout: z.string(), actor: z.string(), startedAt: time }).optional(),
    findings,
  })
  .openapi("Status");

export const drift = z
  .strictObject({
    environment: z.string(),
    drift: z
      .array(
        z.strictObject({
          target: z.string(),
          kind: z.string(),
          message: z.string(),
          mend: z.string(),
          fixable: z.boolean(),
        }),
      )
      .readonly(),
    clean: texts,
    findings,
  })
  .openapi("Drift");

const variableState = z.strictObject({ fingerprint: z.string(), version: z.int().optional() });

const change = z
  .strictObject({
    target: z.string(),
    service: z.string(),
    host: z.string(),
    order: z.number(),
    reasons: z.array(difference).readonly(),
    variables: z
      .array(
        z.strictObject({
          kind: z.enum(["added", "changed", "removed"]),
          name: z.string(),
          sensitive: z.boolean(),
          from: variableState.optional(),
          to: variableState.optional(),
        }),
      )
      .readonly(),
    steps: z.array(z.looseObject({ kind: z.string() })).readonly(),
    downtime: z.looseObject({ kind: z.string() }),
    noReturn: z.strictObject({ release: z.string(), names: texts }).optional(),
  })
  .openapi("TargetPlan");

export const planContent = z.strictObject({
  environment: z.string(),
  changes: z.array(change).readonly(),
  unchanged: texts,
  absent: z
    .array(
      z.strictObject({
        target: z.string(),
        host: z.string(),
        kind: z.enum(["unreachable", "excluded"]),
        message: z.string(),
        code: z.string().optional(),
        hint: z.string().optional(),
      }),
    )
    .readonly(),
  left: z
    .array(z.strictObject({ target: z.string(), host: z.string(), differences: z.array(difference).readonly() }))
    .readonly(),
  findings,
});

export const plan = z.strictObject({ plan: planContent, findings }).openapi("Plan");

export const secrets = z
  .strictObject({
    secrets: z
      .array(
        z.strictObject({
          name: z.string(),
          scope,
          id: z.int(),
          number: z.int(),
          /** the same, under the name that it had first */
          version: z.int(),
          state: z.string(),
          sensitive: z.boolean(),
          fingerprint: z.string(),
          origin: z.string(),
          actor: z.string(),
          createdAt: time,
          holders: texts,
          ungranted: texts,
          rotation: z
            .strictObject({
              by: z.enum(["keyturn", "person"]),
              due: time,
              next: time.describe("when it may be begun"),
              state: z.enum(["fresh", "waits", "now", "person", "returned", "open", "overlap"]),
            })
            .optional()
            .describe("when it is to be replaced, where the manifest says it"),
          tokens: z
            .strictObject({
              names: texts.describe("variables of services"),
              endsAt: time,
              state: z.enum(["fresh", "soon", "over"]),
            })
            .optional()
            .describe("when what is signed with it (`@derive=jwt`) is over, the first of it"),
        }),
      )
      .readonly(),
  })
  .openapi("Secrets");

export const listedRollout = z.strictObject({
  id: z.string(),
  kind: z.string(),
  release: z.int(),
  state: z.string(),
  actor: z.string(),
  startedAt: time,
  endedAt: time.optional(),
});

export const rollouts = z.strictObject({ rollouts: z.array(listedRollout).readonly() }).openapi("Rollouts");

export const audit = z
  .strictObject({
    entries: z
      .array(
        z.strictObject({
          seq: z.int(),
          at: time,
          actor: z.strictObject({ name: z.string() }),
          action: z.string(),
          environment: z.string().optional(),
          subject: z.string(),
          detail: z.record(z.string(), z.unknown()),
          leaf: z.string(),
        }),
      )
      .readonly(),
  })
  .openapi("Audit");
