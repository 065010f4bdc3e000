import { z } from "@hono/zod-openapi";
import { scope } from "./environment.ts";

const texts = z.array(z.string()).readonly();
const time = z.int().describe("milliseconds since 1970");

export const hostScanRequest = z
  .strictObject({
    hosts: z.array(z.string().max(200)).max(1000).describe("every host of the environment when none is named"),
    keep: z.boolean().optional().describe("what is found is kept as findings"),
  })
  .openapi("HostScanRequest");

const where = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("file"), path: z.string(), line: z.int() }),
  z.strictObject({
    kind: z.literal("container"),
    container: z.string(),
    log: z.string().optional().describe("of a rotated log what its name has more: `.1`"),
    line: z.int(),
  }),
  z.strictObject({ kind: z.literal("journal"), field: z.string(), unit: z.string().optional(), from: time, until: time }),
]);

const finding = z.strictObject({
  host: z.string(),
  name: z.string(),
  version: z.int(),
  environment: z.string(),
  scope,
  state: z.enum(["live", "retired", "compromised"]),
  encoding: z.enum(["literal", "line", "base64", "base64url", "hex", "url", "json", "shell", "html"]),
  count: z.int().describe("lines or entries in which it stands so"),
  where,
  by: z.literal("kit").optional().describe("found with a kit: the host does not hold the value"),
});

const looked = z.strictObject({
  files: z.int().optional(),
  containers: z.int().optional(),
  journal: z.int().optional(),
});

const host = z.strictObject({
  host: z.string(),
  state: z.enum(["searched", "cut", "empty", "local", "unasked", "excluded", "unreachable", "unprepared"]),
  values: z.int().describe("versions that were looked for: it holds them"),
  kit: z
    .strictObject({
      state: z.enum(["searched", "cut", "impossible", "failed"]),
      values: z.int().describe("versions that it looked for: the host does not hold them"),
      looked,
      unread: z.int().describe("files and folders that the user who logs in may not read"),
    })
    .optional(),
  unsought: texts.describe("versions that it does not hold"),
  looked,
  left: z
    .array(
      z.strictObject({
        reason: z.enum(["packed", "large", "unreadable", "odd name"]),
        path: z.string().optional(),
      }),
    )
    .readonly(),
  more: z.boolean().describe("there are more places than it tells"),
  trouble: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
});

export const hostScan = z
  .strictObject({
    of: z.literal("hosts"),
    environment: z.string(),
    hosts: z.array(host).readonly(),
    findings: z.array(finding).readonly(),
    values: z.int().describe("versions of the environment that can be looked for"),
    unsearchable: texts,
    unopened: texts,
    kept: z
      .union([
        z.strictObject({ new: z.int(), gone: z.int(), over: z.int().describe("more than the store takes") }),
        z.strictObject({ failed: z.string(), message: z.string() }),
      ])
      .optional()
      .describe("what became of it among the findings"),
  })
  .openapi("HostScan");
