import type { AcceptedSecret } from "@keyturn/sdk";
import type { Client } from "../../shared/client.ts";
import type { Log } from "../../shared/log.ts";
import { secretHeader } from "../../shared/secret.ts";
import type { Answer, Request } from "../../shared/server.ts";
import { readCallSettings } from "./call-settings.ts";
import type { Settings } from "./settings.ts";

/** One worker takes one call at a time. */
export interface Worker {
  /**
   * 200 when it has the call. Otherwise it has not: 401 `secret` when the secret is not accepted, 503 `busy` or `draining`
   * when another worker may be asked, 502 `backend-refused` or `backend-unreached` when the backend gave no settings.
   */
  attach(request: Request): Promise<Answer>;
  health(): Answer;
  /** Refuses new calls from now on; resolves when the running one has ended, or at the limit. */
  drain(limit: number): Promise<void>;
}

export function makeWorker(
  settings: Settings,
  { secret, client, log }: { readonly secret: AcceptedSecret; readonly client: Client; readonly log: Log },
): Worker {
  let busy = false;
  let draining = false;
  let idle = () => {};

  const free = () => {
    busy = false;
    idle();
  };

  return {
    attach: async ({ headers, body, from }) => {
      if (secret.check(headers[secretHeader], from) === undefined) return no(401, "secret");
      if (draining) return no(503, "draining");
      if (busy) return no(503, "busy");
      busy = true;
      const call = await readCallSettings(client, settings);
      if (call.kind !== "given") {
        free();
        log("warn", "the backend gave no settings for a call", { backend: call.kind });
        return no(502, `backend-${call.kind}`);
      }
      const length = callLength(body["durationMs"], call.maxSeconds);
      if (length === 0) free();
      else setTimeout(free, length);
      return { status: 200, body: { attached: true, instance: settings.instance } };
    },
    health: () => ({
      status: 200,
      body: { status: draining ? "draining" : "ok", instance: settings.instance, busy, release: settings.release },
    }),
    drain: async (limit) => {
      draining = true;
      if (!busy) return;
      log("info", "draining");
      await new Promise<void>((resolve) => {
        idle = resolve;
        setTimeout(resolve, limit);
      });
    },
  };
}

function no(status: number, code: string): Answer {
  return { status, body: { error: "the call was not attached", code } };
}

/** Milliseconds: as asked for, one second when nothing sensible was, never more than the settings allow. */
function callLength(asked: unknown, maxSeconds: unknown): number {
  const wanted = typeof asked === "number" && Number.isFinite(asked) && asked >= 0 ? asked : 1000;
  const most = typeof maxSeconds === "number" && Number.isFinite(maxSeconds) ? maxSeconds : 600;
  return Math.min(wanted, most * 1000, 7_200_000);
}
