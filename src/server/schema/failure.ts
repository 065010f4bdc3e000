import { z } from "@hono/zod-openapi";

const position = z.strictObject({ file: z.string(), line: z.int(), column: z.int() });

/** some kinds say more, in fields of their own */
export const finding = z
  .looseObject({
    severity: z.enum(["error", "warning", "notice"]),
    code: z.string(),
    message: z.string(),
    position: position.optional(),
    hint: z.string().optional(),
  })
  .openapi("Finding");

export const failureBody = z
  .strictObject({
    // and facts of the code
    error: z.looseObject({
      code: z.string(),
      message: z.string(),
      hint: z.string(),
      findings: z.array(finding).readonly(),
    }),
  })
  .openapi("Failure");
