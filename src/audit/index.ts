export type { Actor, AuditEntry, AuditHead, NewAuditEntry } from "./entry.ts";
export { actorFrom } from "./actor.ts";
export { canonicalBytes, entryLeaf, entryOf } from "./canonical.ts";
export { appendLeaf, emptyFrontier, formatHead, headOf, leafHash, parseHead, rootOf } from "./tree.ts";
export type { Frontier } from "./tree.ts";
export { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from "./proof.ts";
export { openCheckpoint, signCheckpoint, verifierText, type Checkpoint } from "./checkpoint.ts";
export { verifyLog, type LogVerdict } from "./verify.ts";
