import type { LookEvent, ProgressEvent } from "#operation";
import { emptyPreparation, nextPreparation, type PreparationView } from "./preparation-view.ts";
import { emptyRollout, nextRollout, type RolloutView } from "./rollout-view.ts";

/** What is going on now: one thing at a time, or nothing that takes long. */
export type ProgressView = { readonly kind: "idle" } | LookView | RolloutView | PreparationView;

export interface LookView {
  readonly kind: "look";
  readonly startedAt: number;
  readonly hosts: readonly string[];
  /** those that have not answered yet */
  readonly open: readonly string[];
}

export const idle: ProgressView = { kind: "idle" };

/** The view behind an event; `at` in milliseconds of one growing clock. */
export function nextView(view: ProgressView, event: ProgressEvent, at: number): ProgressView {
  switch (event.kind) {
    case "look":
    case "looked":
      return nextLook(view, event, at);
    case "preparation":
    case "preparation-step":
    case "preparation-end":
      return orIdle(nextPreparation(view.kind === "preparation" ? view : emptyPreparation(at), event, at));
    case "abandoned":
    case "taken-over":
    case "output":
    case "connection-lost":
    case "rotation-step":
    case "rotation-back":
    case "rotation-ended":
    case "issuer":
    case "proof":
    case "quiet":
      return view;
    case "stopping":
      return view.kind === "rollout" ? { ...view, stopping: true } : view;
    case "end":
      return idle;
    case "build":
    case "begin":
    case "prepare":
    case "wave":
    case "step":
    case "gate":
    case "host":
    case "soak":
    case "return":
      return nextRollout(view.kind === "rollout" ? view : emptyRollout(at), event, at);
  }
}

/** Those whose present step is still done when the operator asks to stop. */
export function hostsAtWork(view: ProgressView): readonly string[] {
  if (view.kind !== "rollout") return [];
  const hosts = [...view.hosts.values()];
  return hosts.filter(({ state }) => state === "working" || state === "returning").map(({ host }) => host);
}

function nextLook(view: ProgressView, event: LookEvent, at: number): ProgressView {
  if (event.kind === "look") {
    return event.hosts.length === 0 ? idle : { kind: "look", startedAt: at, hosts: event.hosts, open: event.hosts };
  }
  if (view.kind !== "look") return view;
  const open = view.open.filter((host) => host !== event.host);
  return open.length === 0 ? idle : { ...view, open };
}

function orIdle(view: PreparationView): ProgressView {
  return [...view.hosts.values()].some(({ state }) => state === "working") ? view : idle;
}
