import type { PreparationEvent } from "#operation";

/** Where `hosts prepare` is. */
export interface PreparationView {
  readonly kind: "preparation";
  readonly startedAt: number;
  readonly hosts: ReadonlyMap<string, PreparedHostView>;
}

export interface PreparedHostView {
  readonly host: string;
  readonly state: "working" | "done" | "failed";
  readonly planned: readonly string[];
  readonly done: number;
  /** when the present step began */
  readonly since: number;
  /** what went wrong */
  readonly detail: string;
}

export function emptyPreparation(at: number): PreparationView {
  return { kind: "preparation", startedAt: at, hosts: new Map() };
}

/** The view behind an event. Events of hosts that were never planned change nothing. */
export function nextPreparation(view: PreparationView, event: PreparationEvent, at: number): PreparationView {
  if (event.kind === "preparation") {
    const hosts = event.hosts.map(({ host, steps }): [string, PreparedHostView] => {
      return [host, { host, state: "working", planned: steps, done: 0, since: at, detail: "" }];
    });
    return { ...view, hosts: new Map(hosts) };
  }
  const host = view.hosts.get(event.host);
  if (host === undefined) return view;
  const change =
    event.kind === "preparation-step"
      ? { done: Math.min(host.done + 1, host.planned.length), since: at }
      : { state: event.state, detail: event.detail };
  return { ...view, hosts: new Map(view.hosts).set(event.host, { ...host, ...change }) };
}
