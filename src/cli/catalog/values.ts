import type { Entry } from "./entry.ts";

export const values: readonly Entry[] = [
  {
    name: "set",
    group: "Values",
    summary: "a value, from a prompt, standard input or a file, never an argument",
    load: () => import("../command/set.ts"),
  },
  {
    name: "generate",
    group: "Values",
    summary: "make values by the contracts' rules",
    load: () => import("../command/generate.ts"),
  },
  {
    name: "list",
    group: "Values",
    summary: "what the store holds, by fingerprint",
    load: () => import("../command/list.ts"),
  },
  {
    name: "grant",
    group: "Values",
    summary: "which service may have which value",
    load: () => import("../command/grant.ts"),
  },
  {
    name: "import",
    group: "Values",
    summary: "values from a dotenv file, standard input or the environment",
    load: () => import("../command/import.ts"),
  },
  {
    name: "history",
    group: "Values",
    summary: "every version of a value, by fingerprint",
    load: () => import("../command/history.ts"),
  },
  {
    name: "retire",
    group: "Values",
    summary: "end versions of a value for good, on every host too",
    load: () => import("../command/retire.ts"),
  },
  {
    name: "reveal",
    group: "Values",
    summary: "one value, after its entry in the audit log",
    load: () => import("../command/reveal.ts"),
  },
  {
    name: "settings",
    group: "Values",
    summary: "provider settings of what runs for users: what is saved, and whether it works",
    load: () => import("../command/settings.ts"),
  },
  {
    name: "settings list",
    group: "Values",
    summary: "provider settings of what runs for users: what is saved, and whether it works",
    load: () => import("../command/settings.ts"),
  },
  {
    name: "settings set",
    group: "Values",
    summary: "prove a provider's key, save it, and bring it to every runtime",
    load: () => import("../command/settings-set.ts"),
  },
  {
    name: "settings test",
    group: "Values",
    summary: "ask the provider about a key, and keep nothing",
    load: () => import("../command/settings-test.ts"),
  },
  {
    name: "settings history",
    group: "Values",
    summary: "every revision of a provider's settings, by fingerprint",
    load: () => import("../command/settings-history.ts"),
  },
  {
    name: "settings restore",
    group: "Values",
    summary: "an earlier revision again, on every runtime",
    load: () => import("../command/settings-restore.ts"),
  },
  {
    name: "who",
    group: "Values",
    summary: "which service on which host holds a value; --saw: what a person saw",
    load: () => import("../command/who.ts"),
  },
  {
    name: "explain",
    group: "Values",
    summary: "why a value is what it is",
    load: () => import("../command/explain.ts"),
  },
];
