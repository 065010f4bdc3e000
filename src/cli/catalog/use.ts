import type { Entry } from "./entry.ts";

export const use: readonly Entry[] = [
  {
    name: "dev",
    group: "Use",
    summary: "the whole platform as processes of this machine",
    load: () => import("../command/dev.ts"),
  },
  {
    name: "render",
    group: "Use",
    summary: "the file that a consumer wants",
    load: () => import("../command/render.ts"),
  },
  {
    name: "run",
    group: "Use",
    summary: "one service's environment in one command",
    load: () => import("../command/run.ts"),
  },
  {
    name: "exec",
    group: "Use",
    summary: "any command, without the store's values in what it writes",
    load: () => import("../command/exec.ts"),
  },
  {
    name: "redact",
    group: "Use",
    summary: "a filter: standard input without the store's values",
    load: () => import("../command/redact.ts"),
  },
  {
    name: "serve",
    group: "Use",
    summary: "the server: HTTP API with accounts and roles",
    load: () => import("../command/serve.ts"),
  },
];
