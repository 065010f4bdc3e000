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
    name: "check",
    group: "Set up",
    summary: "contract, manifest and values: complete, valid, no contradictions",
    load: () => import("./command/check.ts"),
  },
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
  {
    name: "set",
    group: "Values",
    summary: "a value, from a prompt, standard input or a file, never an argument",
    load: () => import("./command/set.ts"),
  },
  {
    name: "generate",
    group: "Values",
    summary: "make values by the contracts' rules",
    load: () => import("./command/generate.ts"),
  },
  {
    name: "list",
    group: "Values",
    summary: "what the store holds, by fingerprint",
    load: () => import("./command/list.ts"),
  },
  {
    name: "grant",
    group: "Values",
    summary: "which service may have which value",
    load: () => import("./command/grant.ts"),
  },
  {
    name: "dev",
    group: "Use",
    summary: "the whole platform as processes of this machine",
    load: () => import("./command/dev.ts"),
  },
];
