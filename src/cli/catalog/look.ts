import type { Entry } from "./entry.ts";

export const look: readonly Entry[] = [
  {
    name: "rotations",
    group: "Look",
    summary: "which secrets were rotated, how far it came, and what proved it",
    load: () => import("../command/rotations.ts"),
  },
  {
    name: "drift",
    group: "Look",
    summary: "store, file on the host and running process, side by side",
    load: () => import("../command/drift.ts"),
  },
  {
    name: "status",
    group: "Look",
    summary: "every instance: release, state, health",
    load: () => import("../command/status.ts"),
  },
  {
    name: "probe",
    group: "Look",
    summary: "whether each provider takes the key that the store holds",
    load: () => import("../command/probe.ts"),
  },
  {
    name: "runtimes",
    group: "Look",
    summary: "what runs for users: whose, where, in which state",
    load: () => import("../command/runtimes.ts"),
  },
  {
    name: "runtimes list",
    group: "Look",
    summary: "what runs for users: whose, where, in which state",
    load: () => import("../command/runtimes.ts"),
  },
  {
    name: "scan",
    group: "Look",
    summary: "where the store's secrets stand: files, in any encoding",
    load: () => import("../command/scan.ts"),
  },
  {
    name: "findings",
    group: "Look",
    summary: "what scans found, and what became of it",
    load: () => import("../command/findings.ts"),
  },
  {
    name: "findings accept",
    group: "Look",
    summary: "lets a finding stand until a day",
    load: () => import("../command/findings-accept.ts"),
  },
  {
    name: "scan-kit",
    group: "Look",
    summary: "a file with which secrets are found where neither store nor key are",
    load: () => import("../command/scan-kit-export.ts"),
  },
  {
    name: "scan-kit export",
    group: "Look",
    summary: "a file with which secrets are found where neither store nor key are",
    load: () => import("../command/scan-kit-export.ts"),
  },
  {
    name: "docs",
    group: "Look",
    summary: "the pages on every variable and secret, from contracts and manifest",
    load: () => import("../command/docs.ts"),
  },
  {
    name: "audit",
    group: "Look",
    summary: "who did what to what",
    load: () => import("../command/audit.ts"),
  },
  {
    name: "audit verify",
    group: "Look",
    summary: "proof that nothing was changed or cut out",
    load: () => import("../command/audit-verify.ts"),
  },
  {
    name: "audit checkpoint",
    group: "Look",
    summary: "the log's head, signed, to keep off this machine",
    load: () => import("../command/audit-checkpoint.ts"),
  },
];
