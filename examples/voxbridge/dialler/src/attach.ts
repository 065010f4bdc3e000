import type { Client, Reply } from "../../shared/client.ts";
import { secretHeader } from "../../shared/secret.ts";
import type { Fleet } from "./fleet.ts";

/**
 * How it went for one answered call.
 * - `success`: a worker has it
 * - `refused`: a worker, or the backend behind it, did not accept VOXCORE_SECRET
 * - `busy`: workers answered, none was free for as long as the call could wait
 * - `broken`: no worker answered, or one failed with the call in its hands
 */
export type Outcome = "success" | "refused" | "busy" | "broken";

export interface Attached {
  readonly outcome: Outcome;
  /** how often a worker was busy, about to stop or stopped, and the call went on to another one */
  readonly retries: number;
}

/** What asks the workers for a call. Times are milliseconds. */
export interface Attaching {
  readonly client: Client;
  readonly fleet: Fleet;
  readonly secret: string;
  /** for a worker's answer */
  readonly timeout: number;
  /** how long a call waits for a free worker */
  readonly patience: number;
}

/** Asks one worker after the other until one takes the call or fails with it; again while all that answer are busy. */
export async function attachCall(call: { readonly durationMs: number }, attaching: Attaching): Promise<Attached> {
  const until = performance.now() + attaching.patience;
  let retries = 0;
  for (let pause = 10; ; pause = Math.min(pause * 2, 100)) {
    const before = retries;
    for (const worker of attaching.fleet.inTurn()) {
      const answer = judge(await ask(worker, call, attaching));
      if (answer === "success" || answer === "refused" || answer === "broken") return { outcome: answer, retries };
      if (answer !== "unreached") retries += 1;
      if (answer === "draining") attaching.fleet.rest(worker);
    }
    if (retries === before) return { outcome: "broken", retries };
    if (performance.now() >= until) return { outcome: "busy", retries };
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function ask(
  worker: URL,
  { durationMs }: { readonly durationMs: number },
  { client, secret, timeout }: Attaching,
): Promise<Reply> {
  const headers = { [secretHeader]: secret };
  return client(new URL("/attach", worker), { method: "POST", headers, body: { durationMs }, timeout });
}

/** A worker answers each call that it takes before it ends: where the connection was cut, nobody has the call. */
function judge(reply: Reply): Outcome | "draining" | "unreached" {
  if (reply.kind === "cut") return "draining";
  if (reply.kind !== "answered") return reply.kind;
  const code = reply.body["code"];
  if (reply.status === 200) return "success";
  if (reply.status === 401 || code === "backend-refused") return "refused";
  if (reply.status !== 503) return "broken";
  return code === "draining" ? "draining" : "busy";
}
