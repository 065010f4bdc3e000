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

export const grafanaSchema = z.strictObject({
  user: grammar.login.describe("the user whose password it is"),
  admin: grammar.variable.describe(
    "name of the value in the store that is Grafana's URL, with the login of a server administrator; without one, the user changes it",
  ),
});

export const twilioSchema = z.strictObject({
  account: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, { error: expected("AC and 32 hexadecimal digits") })
    .describe("SID of the account whose auth token it is"),
});

export const livekitSchema = z.strictObject({});

export const iamSchema = z.strictObject({
  user: z
    .string()
    .regex(/^[A-Za-z0-9_+=,.@$-]{1,128}$/, { error: expected("a user's name of letters, digits and _+=,.@$-") })
    .describe("the user whose access key it is"),
  endpoint: grammar.url.optional().describe("where IAM is asked; https://iam.amazonaws.com by default"),
  region: grammar.word.optional().describe("what requests are signed for; us-east-1 by default"),
  admin: grammar.variable
    .optional()
    .describe(
      "name of the value in the store that is an administrator's ACCESS_KEY_ID:SECRET; the pair itself by default",
    ),
});

export const commandSchema = z.strictObject({
  run: z
    .array(z.string().min(1), { error: expected("a list of arguments") })
    .min(1)
    .describe("the command and its arguments; a path is relative to the manifest"),
  values: z.array(grammar.variable).optional().describe("names of values in the store that it is given"),
  overlap: z
    .boolean({ error: expected("true or false") })
    .optional()
    .describe("both values are taken until the old one is revoked; true by default"),
  timeout: grammar.duration.optional().describe("how long it may take; 1m by default"),
});

export const issuerSchema = z
  .strictObject({
    redis: redisSchema.optional().describe("a user of Redis, by a second password"),
    postgres: postgresSchema.optional().describe("roles of PostgreSQL"),
    grafana: grafanaSchema.optional().describe("the password of a user of Grafana, with a short outage"),
    twilio: twilioSchema.optional().describe("the auth token of a Twilio account, by a secondary one"),
    livekit: livekitSchema.optional().describe("a key and its secret of a LiveKit server of your own, made here"),
    iam: iamSchema.optional().describe("an access key of a user, at Amazon or what speaks its IAM"),
    command: commandSchema.optional().describe("a command of your own, on the machine of Keyturn"),
  })
  .refine((issuer) => Object.values(issuer).filter((one) => one !== undefined).length === 1, {
    error: expected("one issuer"),
  });

export type RawIssuer = z.infer<typeof issuerSchema>;

/** What is said of a secret, whoever holds it. */
export const secretSchema = z.strictObject({
  with: grammar.variable
    .optional()
    .describe("the other name of a pair that changes with it in the same steps, as an access key with its secret"),
  issuer: issuerSchema.optional().describe("who makes its new value when it is rotated; random by default"),
  rotate: rotateSchema.optional().describe("when its value is to be replaced"),
});
