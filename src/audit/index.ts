export type { Actor, AuditEntry, AuditHead, NewAuditEntry } from "./entry.ts";
