import type { IncomingMessage } from "node:http";
import type { AcceptedSecret } from "./accepts.ts";
import { unauthorized } from "./bearer.ts";
import type { CountedSecret } from "./counted.ts";
import { presented, type GuardOptions } from "./guard.ts";
import { internalOnly, reportHeaders, secretsReport, type ReportOptions } from "./report.ts";
import type { Slot } from "./slot.ts";

/** What is used of a context of Hono. */
export interface HonoContext {
  readonly req: { header(name: string): string | undefined };
  readonly env: unknown;
  set(key: "acceptedAs", slot: Slot): void;
}

/** `secretGuard` as middleware of Hono, which finds the value's slot as `context.get("acceptedAs")`. */
export function honoGuard(
  secret: AcceptedSecret,
  { header = "authorization" }: GuardOptions = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | void> {
  const name = header.toLowerCase();
  return async (context, next) => {
    const slot = secret.check(presented(name, context.req.header(name)), addressOf(context));
    if (slot === undefined) return new Response(null, { status: 401, headers: unauthorized });
    context.set("acceptedAs", slot);
    return next();
  };
}

/** `reportHandler` for Hono. */
export function honoReportHandler(
  secrets: readonly CountedSecret[],
  { release, allow = internalOnly() }: ReportOptions = {},
): (context: HonoContext) => Response {
  return (context) => {
    if (!allow(addressOf(context))) return new Response(null, { status: 404 });
    return new Response(JSON.stringify(secretsReport(secrets, release?.() ?? null)), { headers: reportHeaders });
  };
}

/** On Node the context has the request of node:http; elsewhere the address stays unknown. */
function addressOf({ env }: HonoContext): string | undefined {
  return (env as { readonly incoming?: IncomingMessage } | undefined)?.incoming?.socket.remoteAddress;
}
