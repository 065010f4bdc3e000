import { z } from "@hono/zod-openapi";
import { password } from "./passkey.ts";

const name = z.string().min(1).max(63);
const time = z.int().describe("milliseconds since 1970");
const roleAt = z
  .strictObject({ environment: z.string().describe("or * for all"), role: z.enum(["viewer", "operator", "admin"]) })
  .openapi("RoleAt");
const held = z.array(roleAt).readonly();
/** as they are written on the command line */
const roleTexts = z.array(z.string().max(80)).min(1).max(100).describe("as in production:operator or *:viewer");

export const nameParameter = z.object({ name });

export const login = z.strictObject({ name: z.string().max(200), password }).openapi("Login");
export const logout = z.strictObject({ all: z.boolean().optional() }).openapi("Logout");
export const setup = z
  .strictObject({ secret: z.string().min(1).max(200).describe("of the one-time link"), name, password })
  .openapi("Setup");

export const me = z
  .strictObject({
    kind: z.enum(["account", "token", "home"]),
    name: z.string(),
    roles: held,
    formToken: z.string().optional().describe("of a session: sent back as X-Form-Token with each change"),
  })
  .openapi("Me");

/** shown once */
export const oneTime = z.strictObject({ secret: z.string(), expiresAt: time }).openapi("OneTimeSecret");

export const newAccount = z.strictObject({ name, roles: roleTexts }).openapi("NewAccount");
export const newRoles = z.strictObject({ roles: roleTexts }).openapi("NewRoles");
export const accountList = z
  .strictObject({
    accounts: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          roles: held,
          hasPassword: z.boolean(),
          passkeys: z.int().describe("how many"),
          disabledAt: time.optional(),
          actor: z.string(),
          createdAt: time,
        }),
      )
      .readonly(),
  })
  .openapi("AccountList");

export const newToken = z
  .strictObject({ name, roles: roleTexts, days: z.int().min(1).max(365).default(90) })
  .openapi("NewToken");
export const tokenList = z
  .strictObject({
    tokens: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          roles: held,
          state: z.enum(["live", "expired", "revoked"]),
          actor: z.string(),
          createdAt: time,
          expiresAt: time,
          usedAt: time.optional(),
          revokedAt: time.optional(),
        }),
      )
      .readonly(),
  })
  .openapi("TokenList");
