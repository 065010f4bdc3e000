import { z } from "@hono/zod-openapi";
import { environmentParameter } from "./environment.ts";

const time = z.int().describe("milliseconds since 1970");
const check = z.enum(["verified", "unverified"]);
const revision = z.int().min(0);

export const providerParameters = environmentParameter.extend({ provider: z.string().regex(/^[a-z0-9-]{1,40}$/) });

const impact = z.strictObject({
  runtimes: z.int(),
  waves: z.int(),
  seconds: z.int().describe("an estimate"),
});

const waits = z.enum(["waves", "at-once"]).optional().describe("kept, and its rollout was not begun yet");

const deadline = z.strictObject({ deadline: z.string(), message: z.string() });

const savedSetting = z.strictObject({
  revision,
  savedAt: time,
  actor: z.string(),
  check,
  origin: z.enum(["saved", "restored", "returned"]),
  reason: z.string().optional(),
  waits,
  fields: z
    .array(
      z.strictObject({
        id: z.string(),
        variable: z.string(),
        fingerprint: z.string(),
        version: z.int(),
        value: z.string().optional().describe("of a field that is no secret"),
      }),
    )
    .readonly(),
});

export const settings = z
  .strictObject({
    revision: revision.describe("to be sent back as `expected`"),
    impact,
    providers: z
      .array(
        z.strictObject({
          provider: z.string(),
          title: z.string(),
          kind: z.string(),
          docs: z.string(),
          fields: z
            .array(
              z.strictObject({
                id: z.string(),
                label: z.string(),
                secret: z.boolean(),
                optional: z.boolean(),
                variable: z.string(),
                shape: z.string().optional(),
              }),
            )
            .readonly(),
          surfaces: z.array(z.string()).readonly(),
          runtimes: z.int(),
          shadows: z.array(z.string()).readonly(),
          deadlines: z.array(deadline).readonly(),
          saved: savedSetting.optional(),
          probe: z
            .strictObject({ state: z.string(), meaning: z.string(), since: time, checkedAt: time })
            .optional(),
        }),
      )
      .readonly(),
  })
  .openapi("Settings");

const written = { pattern: z.string().describe("of JavaScript"), flags: z.string() };
const rules = z.array(z.strictObject({ ...written, refusal: z.string().optional() })).readonly();
const habits = z.array(z.strictObject({ ...written, notice: z.string() })).readonly();

export const settingRules = z
  .strictObject({
    first: rules.describe("before a field's own; the first rule whose pattern a value has decides"),
    last: rules.describe("behind a field's own"),
    providers: z
      .array(
        z.strictObject({
          provider: z.string(),
          fields: z
            .array(
              z.strictObject({
                id: z.string(),
                rules: rules.describe("without a refusal: taken"),
                habits: habits.describe("what is said of a value that is taken and lacks the pattern"),
              }),
            )
            .readonly(),
        }),
      )
      .readonly(),
  })
  .openapi("SettingRules");

const fields = z
  .record(z.string().regex(/^[a-z]{1,40}$/), z.string().max(65_536))
  .describe("by the field's id; one that is left out keeps its saved value");

const nearby = z
  .boolean()
  .optional()
  .describe("the provider's own address may lie in a private network: for who has a login to the home's own machine");

export const testedSetting = z.strictObject({ fields, nearby }).openapi("TestedSetting");

const assessed = z.strictObject({
  outcome: z.enum(["verified", "unverified", "refused"]),
  state: z.string(),
  meaning: z.string(),
  advice: z.string(),
  notices: z.array(z.string()).readonly(),
  problems: z.array(z.strictObject({ field: z.string(), message: z.string() })).readonly(),
});

export const assessment = assessed.extend({ impact }).openapi("Assessment");

export const newSetting = z
  .strictObject({
    expected: revision.describe("the revision that was shown"),
    fields,
    unverified: z.strictObject({ reason: z.string().min(1).max(500) }).optional(),
    emergency: z.boolean().optional().describe("the key before is in the wrong hands: everywhere at once"),
    nearby,
  })
  .openapi("NewSetting");

export const restoredSetting = z.strictObject({ expected: revision, revision }).openapi("RestoredSetting");

export const begunSetting = z
  .strictObject({
    revision,
    check,
    assessment: assessed.optional().describe("of new settings: what the provider said"),
    rollout: z.string().optional().describe("absent where no runtime has to change"),
  })
  .openapi("BegunSetting");

export const settingHistory = z
  .strictObject({
    revisions: z
      .array(
        z.strictObject({
          revision,
          provider: z.string(),
          at: time,
          actor: z.string(),
          origin: z.enum(["saved", "restored", "returned"]),
          of: revision.optional(),
          check,
          reason: z.string().optional(),
          rollout: z.string().optional(),
          waits,
          readable: z.boolean().describe("false: its row can't be opened, and what is in it is not known"),
          fields: z
            .array(
              z.strictObject({
                id: z.string(),
                variable: z.string(),
                version: z.int().describe("its id"),
                fingerprint: z.string(),
              }),
            )
            .readonly(),
        }),
      )
      .readonly(),
  })
  .openapi("SettingHistory");
