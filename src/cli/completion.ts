import type { Entry } from "./catalog/entry.ts";

/** What shells ask for the next word. It answers from the catalog, and so stands beside it. */
export const completion: Entry = {
  name: "__complete",
  group: "Set up",
  summary: "what may come next",
  hidden: true,
  load: () => import("./command/complete.ts"),
};
