import type { z } from "zod";
import { presentingSchema, probeSchema, verifyingSchema } from "./holder-schema.ts";
import {
  commandSchema,
  grafanaSchema,
  iamSchema,
  issuerSchema,
  postgresSchema,
  redisSchema,
  secretSchema,
  twilioSchema,
} from "./issuer-schema.ts";
import { rotateSchema } from "./rotate-schema.ts";
import { environmentSchema, manifestDefinition, serviceSchema } from "./schema.ts";
import { fieldsOfRuntime } from "./runtime-reader.ts";

/** The tables of docs/manifest.md, from the definition that validates. */
export function manifestFields(): string {
  return [
    "### At the top",
    ...fieldTable(manifestDefinition.shape),
    "### An environment",
    ...fieldTable(environmentSchema.shape),
    "### A service",
    ...fieldTable(serviceSchema.shape),
    "### A secret that a service verifies",
    ...fieldTable(verifyingSchema.shape),
    "### Its probe",
    ...fieldTable(probeSchema.shape),
    "### A secret that a service presents",
    ...fieldTable(presentingSchema.shape),
    "### A secret",
    ...fieldTable(secretSchema.shape),
    "### Its issuer, one of these",
    ...fieldTable(issuerSchema.shape),
    "### A user of Redis",
    ...fieldTable(redisSchema.shape),
    "### Roles of PostgreSQL",
    ...fieldTable(postgresSchema.shape),
    "### A user of Grafana",
    ...fieldTable(grafanaSchema.shape),
    "### An account of Twilio",
    ...fieldTable(twilioSchema.shape),
    "### A user of IAM",
    ...fieldTable(iamSchema.shape),
    "### A command",
    ...fieldTable(commandSchema.shape),
    "### When it is rotated",
    ...fieldTable(rotateSchema.shape),
    "### Fields of each runtime",
    ...runtimeTable(),
  ].join("\n");
}

function fieldTable(shape: Readonly<Record<string, z.ZodType>>): readonly string[] {
  const rows = Object.entries(shape).map(([name, schema]) => {
    const needed = schema.safeParse(undefined).success ? "" : "yes";
    return `| \`${name}\` | ${needed} | ${(schema.description ?? "").replaceAll("|", "\\|")} |`;
  });
  return ["", "| field | needed | meaning |", "|---|---|---|", ...rows, ""];
}

function runtimeTable(): readonly string[] {
  const names = (fields: readonly string[]) => fields.map((field) => `\`${field}\``).join(", ");
  const rows = Object.entries(fieldsOfRuntime).map(
    ([runtime, { needs, may }]) => `| \`${runtime}\` | ${names(needs)} | ${names(may)} |`,
  );
  return ["", "| runtime | needs | may have |", "|---|---|---|", ...rows, ""];
}
