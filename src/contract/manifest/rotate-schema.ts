import { z } from "zod";
import { expected, grammar } from "./grammar.ts";
import { isWindow, windowText } from "./rotation-window.ts";

export const rotateSchema = z
  .strictObject({
    every: grammar.age.describe("how old its value may get, as 90d or 12w"),
    window: z
      .string({ error: expected(windowText) })
      .refine(isWindow, { error: expected(windowText) })
      .optional()
      .describe('when `keyturn serve` may begin it, as "Sun 02:00-05:00 Europe/Berlin"; at any time by default'),
    by: z
      .enum(["keyturn", "person"], { error: expected("keyturn or person") })
      .optional()
      .describe("who does it: `keyturn serve` by itself, or a person whom it reminds; keyturn by default"),
  })
  .refine(({ by, window }) => by !== "person" || window === undefined, {
    error: expected("no window where a person does it"),
    path: ["window"],
  });

export type RawRotate = z.infer<typeof rotateSchema>;
