import type { Entry } from "./entry.ts";

export const setUp: readonly Entry[] = [
  {
    name: "init",
    group: "Set up",
    summary: "propose keyturn.yaml from what is there, make the store",
    load: () => import("../command/init.ts"),
  },
  {
    name: "check",
    group: "Set up",
    summary: "contract, manifest and values: complete, valid, no contradictions",
    load: () => import("../command/check.ts"),
  },
  {
    name: "hosts",
    group: "Set up",
    summary: "every host: reachable, prepared, whose",
    load: () => import("../command/hosts.ts"),
  },
  {
    name: "hosts prepare",
    group: "Set up",
    summary: "show, then do, what a host needs once",
    load: () => import("../command/hosts-prepare.ts"),
  },
  {
    name: "hosts accept",
    group: "Set up",
    summary: "make a host's key known to ssh, after comparing it",
    load: () => import("../command/hosts-accept.ts"),
  },
  {
    name: "adopt",
    group: "Set up",
    summary: "take over what runs today; nothing is touched",
    load: () => import("../command/adopt.ts"),
  },
  {
    name: "hook",
    group: "Set up",
    summary: "Git's hooks that keep secrets out of commits and pushes",
    load: () => import("../command/hook-status.ts"),
  },
  {
    name: "hook install",
    group: "Set up",
    summary: "put them into this repository, beside what is there",
    load: () => import("../command/hook-install.ts"),
  },
  {
    name: "hook status",
    group: "Set up",
    summary: "which of them are there, and where",
    load: () => import("../command/hook-status.ts"),
  },
  {
    name: "hook uninstall",
    group: "Set up",
    summary: "take them away, and put back what was there before",
    load: () => import("../command/hook-uninstall.ts"),
  },
  {
    name: "hook run",
    group: "Set up",
    summary: "what a hook calls: look at what a commit or push brings",
    load: () => import("../command/hook-run.ts"),
  },
  {
    name: "schema",
    group: "Set up",
    summary: "JSON Schema of keyturn.yaml, for editors",
    load: () => import("../command/schema.ts"),
  },
  {
    name: "completion",
    group: "Set up",
    summary: "completion for bash, zsh or fish",
    load: () => import("../command/completion.ts"),
  },
];
