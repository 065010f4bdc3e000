import type { PlannedShare, RolloutEvent } from "#rollout";

/** Where a rollout is, as its events tell it. Times are milliseconds of one growing clock. */
export interface RolloutView {
  readonly kind: "rollout";
  readonly startedAt: number;
  readonly doing: Doing;
  /** the one at work, counts from 1; 0 before the first */
  readonly wave: number;
  /** how many there are, with those that an earlier run has finished */
  readonly of: number;
  readonly waves: readonly WaveView[];
  /** milliseconds to look on behind each wave */
  readonly soak: number;
  /** by name, in the plan's order */
  readonly hosts: ReadonlyMap<string, HostView>;
  /** the operator asked for it */
  readonly stopping: boolean;
}

/** `since` when it began. */
type Doing = { readonly since: number } & (
  | { readonly kind: "building"; readonly target: string }
  | { readonly kind: "preparing" | "changing" | "returning" }
  | { readonly kind: "soaking"; readonly until: number }
);

interface WaveView {
  readonly number: number;
  readonly shares: readonly ShareView[];
}

/** One host's part of one wave. */
export interface ShareView extends PlannedShare {
  readonly startedAt?: number;
  /** milliseconds, once it has ended well */
  readonly took?: number;
}

export interface HostView {
  readonly host: string;
  readonly state: "waiting" | "working" | "done" | "stopped" | "failed" | "returning";
  readonly target: string;
  /** what it is at, or what went wrong there */
  readonly step: string;
  /** when that began */
  readonly since: number;
  readonly planned: PlannedShare["steps"];
  /** answered, of the planned ones */
  readonly done: number;
  /** how many of them its present share reaches to */
  readonly until: number;
}

export function emptyRollout(at: number): RolloutView {
  return {
    kind: "rollout",
    startedAt: at,
    doing: { kind: "preparing", since: at },
    wave: 0,
    of: 0,
    waves: [],
    soak: 0,
    hosts: new Map(),
    stopping: false,
  };
}

/** The view behind an event. Events of hosts that were never planned change nothing. */
export function nextRollout(view: RolloutView, told: RolloutEvent, at: number): RolloutView {
  const event = ofRow(view, told);
  switch (event.kind) {
    case "build":
      return { ...view, doing: { kind: "building", since: at, target: event.target } };
    case "begin":
      return begun(view, event, at);
    case "prepare":
      return withHost(view, event, { ...activity(event.target, `prepare: ${event.command}`, at), state: "working" });
    case "wave":
      return waveBegun(view, event, at);
    case "step":
      return stepTold(view, event, at);
    case "gate":
      return event.state === "passed" ? view : withHost(view, event, failure(event, "gate"));
    case "host":
      return shareEnded(view, event);
    case "soak":
      return { ...view, doing: { kind: "soaking", since: at, until: at + event.ms } };
    case "return":
      return goingBack(view, event, at);
    case "abandoned":
    case "taken-over":
    case "output":
    case "end":
      return view;
  }
}

/** What runs for a user has a line of its own, by the target's name. */
function ofRow(view: RolloutView, event: RolloutEvent): RolloutEvent {
  return "target" in event && view.hosts.has(event.target) ? { ...event, host: event.target } : event;
}

type Told<Kind extends RolloutEvent["kind"]> = Extract<RolloutEvent, { kind: Kind }>;

function begun(view: RolloutView, { waves, soak }: Told<"begin">, at: number): RolloutView {
  const shares = Map.groupBy(
    waves.flatMap(({ hosts }) => hosts),
    ({ host }) => host,
  );
  const hosts = [...shares].map(([host, own]): [string, HostView] => {
    const planned = own.flatMap(({ steps }) => steps);
    return [host, { host, state: "waiting", ...activity("", "", at), planned, done: 0, until: 0 }];
  });
  const views = waves.map(({ number, hosts: shares }) => ({ number, shares }));
  return { ...view, doing: { kind: "preparing", since: at }, soak, waves: views, hosts: new Map(hosts) };
}

function waveBegun(view: RolloutView, { number, of, hosts: named }: Told<"wave">, at: number): RolloutView {
  const waves = withShares(view.waves, number, (share) => ({ ...share, startedAt: at }));
  const shares = waves.find((wave) => wave.number === number)?.shares ?? [];
  const hosts = [...view.hosts].map(([name, host]): [string, HostView] => {
    if (!named.includes(name)) return [name, host.state === "working" ? { ...host, state: "waiting" } : host];
    const steps = shares.find((share) => share.host === name)?.steps.length ?? 0;
    return [name, atNext({ ...host, state: "working", until: host.until + steps }, at)];
  });
  return { ...view, doing: { kind: "changing", since: at }, wave: number, of, waves, hosts: new Map(hosts) };
}

function withShares(
  waves: readonly WaveView[],
  number: number,
  change: (share: ShareView) => ShareView,
): readonly WaveView[] {
  return waves.map((wave) => (wave.number === number ? { ...wave, shares: wave.shares.map(change) } : wave));
}

function stepTold(view: RolloutView, event: Told<"step">, at: number): RolloutView {
  const host = view.hosts.get(event.host);
  if (host === undefined || (host.state !== "working" && host.state !== "returning")) return view;
  if (event.state === "failed") return withHost(view, event, failure(event, event.step));
  const isPlanned = host.planned.slice(host.done, host.until).some((step) => same(step, event));
  if (event.state === "started" || !isPlanned) return withHost(view, event, activity(event.target, event.step, at));
  const done = host.planned.findIndex((step, index) => index >= host.done && same(step, event)) + 1;
  return withHost(view, event, atNext({ ...host, done }, at));
}

/** Behind the last answer only what is checked from outside is missing. */
function atNext(host: HostView, at: number): HostView {
  const next = host.done < host.until ? host.planned[host.done] : undefined;
  return { ...host, ...activity(next?.target ?? "", next?.step ?? "gate", at) };
}

function shareEnded(view: RolloutView, { host, state, ms }: Told<"host">): RolloutView {
  // what went wrong is told by the step or the gate before
  if (state !== "done") return view.hosts.get(host)?.state === "failed" ? view : withHost(view, { host }, { state });
  const waves = withShares(view.waves, view.wave, (share) => (share.host === host ? { ...share, took: ms } : share));
  const later = view.waves.some(({ number, shares }) => number > view.wave && shares.some((one) => one.host === host));
  return withHost({ ...view, waves }, { host }, { state: later ? "waiting" : "done", target: "", step: "" });
}

function goingBack(view: RolloutView, { hosts }: Told<"return">, at: number): RolloutView {
  const back = hosts.map((host): [string, HostView] => {
    const before = view.hosts.get(host) ?? { host, planned: [], done: 0, until: 0 };
    return [host, { ...before, state: "returning", ...activity("", "", at) }];
  });
  return { ...view, hosts: new Map([...view.hosts, ...back]), doing: { kind: "returning", since: at } };
}

function failure(event: { readonly target: string; readonly detail: string }, step: string): Partial<HostView> {
  return { state: "failed", target: event.target, step: `${step}: ${event.detail}` };
}

function activity(target: string, step: string, since: number): Pick<HostView, "target" | "step" | "since"> {
  return { target, step, since };
}

function same(step: PlannedShare["steps"][number], event: Told<"step">): boolean {
  return step.target === event.target && step.step === event.step;
}

function withHost(
  view: RolloutView,
  { host: name }: { readonly host: string },
  change: Partial<HostView>,
): RolloutView {
  const host = view.hosts.get(name);
  return host === undefined ? view : { ...view, hosts: new Map(view.hosts).set(name, { ...host, ...change }) };
}
