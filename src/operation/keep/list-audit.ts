import { everywhere } from "#access";
import type { AuditEntry } from "#audit";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";

export interface AuditRequest {
  readonly subject?: string;
  readonly environment?: string;
  readonly limit: number;
}

/** The latest entries that fit, newest last. Needs the store, no manifest. */
export async function listAudit(context: Context, request: AuditRequest): Promise<readonly AuditEntry[]> {
  demand(context, "viewer", request.environment ?? everywhere);
  const store = await context.openStore();
  const newestFirst = await store.read(({ audit }) => audit.list(request));
  return newestFirst.toReversed();
}
