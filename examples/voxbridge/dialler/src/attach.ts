import { callJson, type Reply } from "../../shared/client.ts";
import { secretHeader } from "../../shared/secret.ts";

/**
 * How it went for one answered call.
 * - `success`: a worker has it
 * - `refused`: a worker did not accept VOXCORE_SECRET
 * - `busy`: workers answered, none was free
 * - `broken`: no worker answered, or one failed with the call in its hands
 */
export type Outcome = "success" | "refused" | "busy" | "broken";

/** Asks one worker after the other, in the given order, until one takes the call or fails with it. */
export async function attachCall(
  workers: readonly URL[],
  call: { readonly durationMs: number },
  options: { readonly secret: string; readonly timeout: number },
): Promise<Outcome> {
  let outcome: Outcome = "broken";
  for (const worker of workers) {
    const reply = await callJson(new URL("/attach", worker), {
      method: "POST",
      headers: { [secretHeader]: options.secret },
      body: { durationMs: call.durationMs },
      timeout: options.timeout,
    });
    const answer = judge(reply);
    if (answer === "success" || answer === "refused" || answer === "broken") return answer;
    if (answer === "busy") outcome = "busy";
  }
  return outcome;
}

function judge(reply: Reply): Outcome | "unreached" {
  return reply.kind === "answered" ? judgeStatus(reply.status) : reply.kind;
}

function judgeStatus(status: number): Outcome {
  if (status === 200) return "success";
  if (status === 401) return "refused";
  return status === 409 || status === 503 ? "busy" : "broken";
}
