import type { Entry } from "./entry.ts";

export const deliver: readonly Entry[] = [
  {
    name: "plan",
    group: "Deliver",
    summary: "what would change where, never a value",
    load: () => import("../command/plan.ts"),
  },
  {
    name: "apply",
    group: "Deliver",
    summary: "stage, swap, restart, verify, wave by wave",
    load: () => import("../command/apply.ts"),
  },
  {
    name: "rollback",
    group: "Deliver",
    summary: "the last good release, as a new rollout",
    load: () => import("../command/rollback.ts"),
  },
  {
    name: "rotate",
    group: "Deliver",
    summary: "another value in everything that holds a secret, without a failed call",
    load: () => import("../command/rotate.ts"),
  },
  {
    name: "host-rollback",
    group: "Deliver",
    summary: "the way back by hand, one line of shell for each target",
    load: () => import("../command/host-rollback.ts"),
  },
  {
    name: "runtimes create",
    group: "Deliver",
    summary: "a runtime for a user, healthy when it returns",
    load: () => import("../command/runtimes-create.ts"),
  },
  {
    name: "runtimes remove",
    group: "Deliver",
    summary: "a user's runtime and what was kept for it",
    load: () => import("../command/runtimes-remove.ts"),
  },
  {
    name: "runtimes restart",
    group: "Deliver",
    summary: "one user's runtime anew, or all: a canary, then waves",
    load: () => import("../command/runtimes-restart.ts"),
  },
];
