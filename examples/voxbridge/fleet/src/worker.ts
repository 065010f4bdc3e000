import { callJson } from "../../shared/client.ts";
import type { Log } from "../../shared/log.ts";
import { sameSecret, secretHeader } from "../../shared/secret.ts";
import type { Answer, Request } from "../../shared/server.ts";
import type { Settings } from "./settings.ts";

/** One worker takes one call at a time. */
export interface Worker {
  attach(request: Request): Promise<Answer>;
  health(): Answer;
  /** Refuses new calls from now on; resolves when the running one has ended, or at the limit. */
  drain(limit: number): Promise<void>;
}

const settingsTimeout = 2000;

export function makeWorker(settings: Settings, log: Log): Worker {
  let busy = false;
  let draining = false;
  let idle = () => {};

  const free = () => {
    busy = false;
    idle();
  };
  const readCallSettings = async () => {
    const headers = { [secretHeader]: settings.voxcoreSecret };
    const reply = await callJson(settings.settingsUrl, { method: "GET", headers, timeout: settingsTimeout });
    return reply.kind === "answered" && reply.status === 200 ? reply.body : undefined;
  };

  return {
    attach: async ({ headers, body }) => {
      if (!sameSecret(settings.voxcoreSecret, headers[secretHeader]))
        return { status: 401, body: { error: "not allowed" } };
      if (draining) return { status: 503, body: { error: "draining" } };
      if (busy) return { status: 409, body: { error: "busy" } };
      busy = true;
      const call = await readCallSettings();
      if (call === undefined) {
        free();
        log("warn", "the backend gave no settings for a call");
        return { status: 502, body: { error: "no settings for the call" } };
      }
      setTimeout(free, callLength(body["durationMs"], call["maxSeconds"]));
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

/** Milliseconds: as asked for, one second when nothing sensible was, never more than the settings allow. */
function callLength(asked: unknown, maxSeconds: unknown): number {
  const wanted = typeof asked === "number" && Number.isFinite(asked) && asked >= 0 ? asked : 1000;
  const most = typeof maxSeconds === "number" && Number.isFinite(maxSeconds) ? maxSeconds : 600;
  return Math.min(wanted, most * 1000, 7_200_000);
}
