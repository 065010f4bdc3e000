import type { Client } from "../../shared/client.ts";
import { secretHeader } from "../../shared/secret.ts";
import type { Settings } from "./settings.ts";

/**
 * - `given`: what the backend says about a call
 * - `refused`: it did not accept the secret
 * - `unreached`: nothing that can be used came until the limit
 */
export type CallSettings =
  | { readonly kind: "given"; readonly maxSeconds: unknown }
  | { readonly kind: "refused" }
  | { readonly kind: "unreached" };

/** milliseconds */
const timeout = 2000;
const pause = 50;

/** Presents the secret to the backend. One that is being restarted is asked again: to ask twice changes nothing there. */
export async function readCallSettings(
  client: Client,
  { settingsUrl, voxcoreSecret, backendWait }: Settings,
): Promise<CallSettings> {
  const headers = { [secretHeader]: voxcoreSecret };
  const until = performance.now() + backendWait;
  do {
    const left = until - performance.now();
    const reply = await client(settingsUrl, {
      method: "GET",
      headers,
      timeout: Math.max(pause, Math.min(left, timeout)),
    });
    if (reply.kind !== "answered") await new Promise((resolve) => setTimeout(resolve, pause));
    else if (reply.status === 200) return { kind: "given", maxSeconds: reply.body["maxSeconds"] };
    else return { kind: reply.status === 401 ? "refused" : "unreached" };
  } while (performance.now() < until);
  return { kind: "unreached" };
}
