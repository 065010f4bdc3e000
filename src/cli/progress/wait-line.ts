import type { ProgressView } from "./view.ts";

interface Wait {
  readonly what: string;
  readonly since: number;
}

/** So long nothing is said about one thing that takes its time. Milliseconds. */
const pause = 30_000;
const mostNames = 5;

/**
 * What a log is told so that it doesn't look dead: everything that has been waited for another half minute between two
 * looks; nothing when there is none.
 */
export function waitLine(view: ProgressView, before: number, now: number): string | undefined {
  const due = waitsOf(view).filter(({ since }) => halfMinutes(now - since) > halfMinutes(before - since));
  if (due.length === 0) return undefined;
  const named = due.slice(0, mostNames).map(({ what, since }) => `${what} (${Math.round((now - since) / 1000)} s)`);
  const more = due.length > mostNames ? ` and ${due.length - mostNames} more` : "";
  return `still waiting for ${named.join(", ")}${more}`;
}

function halfMinutes(ms: number): number {
  return Math.max(0, Math.floor(ms / pause));
}

function waitsOf(view: ProgressView): readonly Wait[] {
  switch (view.kind) {
    case "idle":
      return [];
    case "look":
      return view.open.map((host) => ({ what: host, since: view.startedAt }));
    case "preparation":
      return [...view.hosts.values()]
        .filter(({ state }) => state === "working")
        .map(({ host, planned, done, since }) => ({ what: `${host} ${planned[done] ?? ""}`.trimEnd(), since }));
    case "rollout": {
      const { doing, hosts } = view;
      if (doing.kind === "building") return [{ what: `the build of ${doing.target}`, since: doing.since }];
      if (doing.kind === "soaking") return [{ what: "the end of looking on", since: doing.since }];
      return [...hosts.values()]
        .filter(({ state }) => state === "working" || state === "returning")
        .map(({ host, target, step, since }) => ({
          what: `${target === "" ? host : target} ${step}`.trimEnd(),
          since,
        }));
    }
  }
}
