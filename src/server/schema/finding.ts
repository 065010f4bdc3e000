import { z } from "@hono/zod-openapi";
import { environmentParameter, scope } from "./environment.ts";

const time = z.int().describe("milliseconds since 1970");

export const findingParameters = environmentParameter.extend({
  finding: z.coerce.number().int().positive().max(2_147_483_647),
});

const thing = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("value"),
    name: z.string(),
    scope,
    version: z.int(),
    encoding: z.string(),
  }),
  z.strictObject({
    kind: z.literal("credential"),
    format: z.string(),
    tag: z.string().optional().describe("as in keyturn.accepted.yaml: only where chance made it"),
  }),
]);

const place = z.strictObject({
  kind: z.enum(["tree", "git", "stream", "host"]),
  where: z.string().describe("a repository's address, a machine, a host, or the label of a stream"),
  path: z.string(),
  line: z.int().optional().describe("of the first one"),
  byte: z.int().optional().describe("in its place where it is no text"),
});

const acceptance = z.strictObject({
  reason: z.string(),
  until: z.string().describe("the last day, as 2027-01-31"),
  by: z.string().describe("who, or `keyturn.accepted.yaml`"),
  places: z.int().describe("so many, and not one more"),
});

export const listedFinding = z
  .strictObject({
    id: z.int(),
    thing,
    place,
    state: z.enum(["new", "accepted", "rotated", "gone"]),
    step: z.enum(["rotate", "retire", "take-out", "exchange", "none"]).describe("what is to be done first"),
    version: z
      .strictObject({ state: z.enum(["live", "retired", "compromised"]), present: z.boolean() })
      .optional()
      .describe("how the version is now; not there where the store has no such version any more"),
    places: z.int().describe("how often it stands there"),
    commit: z.string().optional().describe("the oldest that has it"),
    present: z.boolean().describe("false: a repository's history alone has it"),
    machine: z.string().describe("where it was seen from, last"),
    root: z.string(),
    firstAt: time,
    lastAt: time,
    actor: z.string().describe("who found it first"),
    goneAt: time.optional(),
    accepted: acceptance.optional(),
  })
  .openapi("ListedFinding");

export const findings = z.strictObject({ findings: z.array(listedFinding).readonly() }).openapi("Findings");

export const acceptRequest = z
  .strictObject({
    reason: z.string().min(1).max(500),
    until: z.string().max(10).describe("the last day, as 2027-01-31, at most a year away"),
  })
  .openapi("AcceptRequest");
