import type { DrawnLine } from "../live-area.ts";
import { clockText } from "./clock-text.ts";
import { fit } from "./fit.ts";
import { fleetLines, type FleetRow, type Screen } from "./fleet.ts";
import type { PreparationView, PreparedHostView } from "./preparation-view.ts";
import type { HostView, RolloutView } from "./rollout-view.ts";
import { timeLeft } from "./time-left.ts";
import type { LookView, ProgressView } from "./view.ts";

/** Looking at hosts takes a moment mostly: nothing flickers past. Milliseconds. */
const patience = 500;

/** What a live terminal shows of it now; nothing when there is nothing worth it. */
export function drawView(view: ProgressView, screen: Screen, now: number): readonly DrawnLine[] {
  switch (view.kind) {
    case "idle":
      return [];
    case "look":
      return now - view.startedAt < patience ? [] : [fit(lookText(view), screen.columns - 1)];
    case "preparation":
      return fleetLines(preparationHead(view, now), preparationRows(view, now), screen);
    case "rollout":
      return fleetLines(rolloutHead(view, now), rolloutRows(view, now), screen);
  }
}

function lookText({ hosts, open }: LookView): string {
  const answered = hosts.length - open.length;
  const whom = open.length <= 3 ? `, waiting for ${open.join(", ")}` : "";
  return `looking at ${hosts.length === 1 ? "1 host" : `${hosts.length} hosts`}… ${answered} answered${whom}`;
}

function preparationHead({ hosts, startedAt }: PreparationView, now: number): string {
  const ended = [...hosts.values()].filter(({ state }) => state !== "working").length;
  return `preparing hosts · ${ended} of ${hosts.size} done · ${clockText(now - startedAt)}`;
}

function preparationRows({ hosts }: PreparationView, now: number): readonly FleetRow[] {
  return [...hosts.values()].map((host) => {
    const { state, done, planned } = host;
    return { host: host.host, state, done, of: planned.length, service: "", ...preparationActivity(host, now) };
  });
}

function preparationActivity(host: PreparedHostView, now: number): Pick<FleetRow, "text" | "ms"> {
  if (host.state === "failed") return { text: host.detail };
  return host.state === "done" ? { text: "" } : { text: host.planned[host.done] ?? "", ms: now - host.since };
}

function rolloutHead(view: RolloutView, now: number): string {
  const parts = [
    view.stopping ? "stopping" : "",
    doingText(view, now),
    hostCount(view),
    clockText(now - view.startedAt),
    leftText(view, now),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function doingText({ doing, wave, of }: RolloutView, now: number): string {
  const which = `wave ${wave} of ${of}`;
  switch (doing.kind) {
    case "building":
      return `building ${doing.target}`;
    case "preparing":
      return "preparing";
    case "changing":
      return which;
    case "soaking":
      return `${which}, looking on for ${clockText(doing.until - now)}`;
    case "returning":
      return "going back";
  }
}

function hostCount({ hosts }: RolloutView): string {
  if (hosts.size === 0) return "";
  const done = [...hosts.values()].filter(({ state }) => state === "done").length;
  return `${done} of ${hosts.size} host${hosts.size === 1 ? "" : "s"} done`;
}

function leftText(view: RolloutView, now: number): string {
  const left = timeLeft(view, now);
  return left === undefined ? "" : `${left.kind} ${clockText(left.ms)} left`;
}

function rolloutRows({ hosts }: RolloutView, now: number): readonly FleetRow[] {
  return [...hosts.values()].map((host) => ({
    host: host.host,
    state: host.state,
    done: host.done,
    of: host.planned.length,
    service: host.target.split("@")[0] ?? "",
    ...activity(host, now),
  }));
}

function activity({ state, step, since }: HostView, now: number): Pick<FleetRow, "text" | "ms"> {
  if (state === "waiting" || state === "stopped") return { text: state };
  return state === "working" || state === "returning" ? { text: step, ms: now - since } : { text: step };
}
