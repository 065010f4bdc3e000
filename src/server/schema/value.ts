import { z } from "@hono/zod-openapi";
import { environmentParameter, scope } from "./environment.ts";
import { finding } from "./failure.ts";

const name = z.string().min(1).max(200);
export const place = { service: name.optional(), host: name.optional() };
const names = z.array(name).min(1).max(500);
const texts = z.array(z.string()).readonly();

export const nameParameters = environmentParameter.extend({ name });

export const version = z
  .strictObject({
    id: z.int(),
    name: z.string(),
    scope,
    number: z.int(),
    state: z.enum(["live", "retired", "compromised"]),
    sensitive: z.boolean(),
    fingerprint: z.string(),
    origin: z.string(),
    actor: z.string(),
    createdAt: z.int().describe("milliseconds since 1970"),
  })
  .openapi("Version");

/** what became of one value */
const put = {
  kind: z.enum(["stored", "unchanged"]),
  version,
  receivers: texts.describe("services that get it with the next apply"),
  ungranted: texts.describe("services that ask for it without a grant"),
};

/** one of the two, not both: text, or bytes */
export const content = {
  value: z.string().max(1_000_000).optional(),
  base64: z.base64().max(1_000_000).optional().describe("in place of `value` where it is no text"),
};

export const newValue = z
  .strictObject({
    ...content,
    ...place,
    line: z.boolean().optional().describe("a final line feed is no part of it, unless it is a file's content"),
    origin: z
      .string()
      .regex(/^(?:prompt|stdin|file:\P{Cc}{1,1000})$/u)
      .optional()
      .describe("where it came from: `prompt`, `stdin` or `file:PATH`; `api` otherwise"),
    undeclared: z.boolean().optional().describe("also a name that no contract declares"),
    asIs: z.boolean().optional().describe("also a provider's key that looks wrong, with nothing taken off, and a secret shorter than 8 bytes"),
  })
  .openapi("NewValue");

export const setResult = z
  .strictObject({ ...put, notices: texts, edgeSpace: z.boolean().describe("it begins or ends with white space") })
  .openapi("SetResult");

export const newValues = z
  .strictObject({ values: z.array(z.strictObject({ name, ...content, ...place })).min(1).max(200) })
  .openapi("NewValues");

export const setResults = z.strictObject({ values: z.array(setResult).readonly() }).openapi("SetResults");

export const dotenvText = z
  .strictObject({
    text: z.string().min(1).max(1_000_000).describe("of a dotenv file"),
    ...place,
    names: names.optional().describe("of those that it has; all otherwise"),
  })
  .openapi("DotenvText");

const refused = z.strictObject({ name: z.string(), kind: z.literal("refused"), reason: z.string() });
const told = { unknown: texts.describe("names that no contract there has"), findings: z.array(finding).readonly() };

export const importPreview = z
  .strictObject({
    values: z
      .array(
        z.union([
          z.strictObject({
            name: z.string(),
            kind: z.enum(["new", "changed", "unchanged"]),
            present: version.optional(),
            notices: texts,
          }),
          refused,
        ]),
      )
      .readonly(),
    ...told,
  })
  .openapi("ImportPreview");

export const imported = z
  .strictObject({
    values: z.array(z.union([z.strictObject({ name: z.string(), ...put, notices: texts }), refused])).readonly(),
    ...told,
  })
  .openapi("Imported");

export const generateRequest = z
  .strictObject({
    names: z.array(name).max(500).optional(),
    missing: z.boolean().optional().describe("also everything required that has a rule and no value"),
    newVersion: z.boolean().optional().describe("makes another where there is a value"),
  })
  .openapi("GenerateRequest");

export const previewedNames = z.strictObject({ names }).openapi("PreviewedNames");

export const generatePreview = z
  .strictObject({
    values: z
      .array(
        z.union([
          z.strictObject({
            name: z.string(),
            kind: z.literal("made"),
            rule: z.string(),
            present: z.int().optional().describe("the version that it follows"),
            notices: texts,
          }),
          refused,
        ]),
      )
      .readonly(),
  })
  .openapi("GeneratePreview");

export const generated = z
  .strictObject({
    values: z
      .array(
        z.union([
          z.strictObject({ ...put, name: z.string(), kind: z.literal("generated"), notices: texts }),
          z.strictObject({ name: z.string(), kind: z.literal("present"), version: z.int() }),
        ]),
      )
      .readonly(),
  })
  .openapi("Generated");

const grantKey = { service: name, name, kind: z.enum(["hold", "clear", "loader"]) };

export const grants = z
  .strictObject({
    grants: z.array(z.strictObject({ ...grantKey, actor: z.string(), createdAt: z.int() })).readonly(),
    wishes: z
      .array(z.strictObject({ ...grantKey, stored: z.boolean(), reason: z.string().optional() }))
      .readonly()
      .describe("what contracts ask for without a grant"),
  })
  .openapi("Grants");

export const newGrants = z
  .strictObject({ grants: z.array(z.strictObject(grantKey)).min(1).max(500) })
  .openapi("NewGrants");

export const revokedKey = z.strictObject(grantKey).openapi("GrantKey");
export const revokedGrant = z
  .strictObject({ revoked: z.boolean().describe("false where there was none") })
  .openapi("RevokedGrant");

export const givenGrants = z
  .strictObject({
    grants: z.array(z.strictObject({ ...grantKey, change: z.enum(["given", "unchanged"]) })).readonly(),
  })
  .openapi("GivenGrants");

export const retireRequest = z
  .strictObject({
    ...place,
    version: z.int().min(1).optional().describe("every one before the present otherwise"),
    compromised: z.boolean().optional().describe("somebody else may know it: it can't be set again either"),
    preview: z.boolean().optional().describe("tells what would end, and ends nothing"),
  })
  .openapi("RetireRequest");

const retirement = z.strictObject({
  name: z.string(),
  state: z.enum(["retired", "compromised"]),
  versions: z.array(z.strictObject({ number: z.int(), scope, fingerprint: z.string() })).readonly(),
  kept: texts.describe("targets whose release before is destroyed with them"),
  away: texts.describe("targets that can't be looked at now: the next apply there destroys it"),
});

export const retired = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("nothing"), name: z.string() }),
    z.strictObject({ kind: z.literal("cancelled"), retirement }),
    z.strictObject({
      kind: z.literal("retired"),
      retirement,
      targets: z
        .array(
          z.strictObject({
            target: z.string(),
            kind: z.enum(["destroyed", "nothing-kept", "left"]),
            detail: z.string(),
          }),
        )
        .readonly(),
    }),
  ])
  .openapi("Retired");
