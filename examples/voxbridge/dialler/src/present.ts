import type { Client, Reply } from "../../shared/client.ts";
import { secretHeader } from "../../shared/secret.ts";

/** A worker that has no time for a call has accepted the secret before it said so. */
type Answer = "accepted" | "refused" | Exclude<Reply["kind"], "answered">;

/** What each verifier says to the secret, by its origin. A worker that is free takes a call that ends at once. */
export async function presentOnce(
  client: Client,
  to: { readonly workers: readonly URL[]; readonly backend: URL | undefined; readonly secret: string },
): Promise<Readonly<Record<string, Answer>>> {
  const headers = { [secretHeader]: to.secret };
  const call = { headers, timeout: 6000 };
  const asked = to.workers.map(async (worker) => {
    const reply = await client(new URL("/attach", worker), { ...call, method: "POST", body: { durationMs: 0 } });
    return [worker.origin, judge(reply)] as const;
  });
  if (to.backend !== undefined) {
    const { origin } = to.backend;
    const settings = new URL("/internal/settings", origin);
    asked.push(client(settings, { ...call, method: "GET" }).then((reply) => [origin, judge(reply)] as const));
  }
  return Object.fromEntries(await Promise.all(asked));
}

function judge(reply: Reply): Answer {
  if (reply.kind !== "answered") return reply.kind;
  return reply.status === 401 ? "refused" : "accepted";
}
