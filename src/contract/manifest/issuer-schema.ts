import { z } from "zod";
import { expected, grammar } from "./grammar.ts";
import { rotateSchema } from "./rotate-schema.ts";

const admin = grammar.variable.describe("name of the value in the store that is the administrator's connection URI");

export const redisSchema = z.strictObject({
  user: grammar.login.describe("user of the access control list; default is the one without a name"),
  admin,
});

export const postgresSchema = z
  .strictObject({
    roles: z
      .tuple([grammar.login, grammar.login])
      .optional()
      .describe("two roles in turn; the second is made like the first where it is missing"),
    role: grammar.login.optional().describe("instead of roles: the one whose password changes, with a short outage"),
    admin,
  })
  .refine(({ roles, role }) => (roles === undefined) !== (role === undefined) && roles?.[0] !== (roles?.[1] ?? role), {
    error: expected("two roles, or the one role"),
  });

export const issuerSchema = z
  .strictObject({
    redis: redisSchema.optional().describe("a user of Redis, by a second password"),
    postgres: postgresSchema.optional().describe("roles of PostgreSQL"),
  })
  .refine((issuer) => Object.values(issuer).filter((one) => one !== undefined).length === 1, {
    error: expected("one issuer"),
  });

export type RawIssuer = z.infer<typeof issuerSchema>;

/** What is said of a secret, whoever holds it. */
export const secretSchema = z.strictObject({
  issuer: issuerSchema.optional().describe("who makes its new value when it is rotated; random by default"),
  rotate: rotateSchema.optional().describe("when its value is to be replaced"),
});
