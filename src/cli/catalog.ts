import type { Command } from "./command.ts";

/** A verb in the list that `--help` shows; its file is loaded when it is called. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly group: "Set up" | "Values" | "Deliver" | "Look" | "Use" | "Keep";
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const catalog: readonly Entry[] = [
  {
    name: "plan",
    group: "Deliver",
    summary: "what would change where, never a value",
    load: () => import("./command/plan.ts"),
  },
  {
    name: "apply",
    group: "Deliver",
    summary: "stage, swap, restart, verify, wave by wave",
    load: () => import("./command/apply.ts"),
  },
  {
    name: "status",
    group: "Look",
    summary: "every instance: release, state, health",
    load: () => import("./command/status.ts"),
  },
];
