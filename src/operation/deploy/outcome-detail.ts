import type { NewAuditEntry } from "#audit";
import type { Failure, RolloutOutcome } from "#rollout";

type Detail = NewAuditEntry["detail"];

/** How a rollout ended, for the audit log: what was told then can be told later. */
export function outcomeDetail(rollout: string, outcome: RolloutOutcome): Detail {
  switch (outcome.kind) {
    case "done":
      return { rollout };
    case "untouched":
    case "stopped":
      return { rollout, ...outcome.failure };
    case "returned":
      return { rollout, ...outcome.failure, hosts: outcome.hosts, unhealthy: outcome.unhealthy.map(troubleText) };
    case "stranded":
      return { rollout, ...outcome.failure, targets: outcome.targets.map(troubleText) };
  }
}

/** As {@link RolloutOutcome}, of which an older log does not have all. */
export interface ToldOutcome {
  readonly kind: RolloutOutcome["kind"] | "abandoned";
  readonly failure?: Failure;
  /** that are back on the release before */
  readonly hosts?: readonly string[];
  readonly unhealthy?: readonly Trouble[];
  /** that could not go back */
  readonly targets?: readonly Trouble[];
}

/** Of an entry that {@link outcomeDetail} wrote. */
export function toldOutcome(kind: ToldOutcome["kind"], detail: Detail): ToldOutcome {
  const { host, target, step, detail: why, hosts, unhealthy, targets } = detail as Partial<Failure> & Texts;
  if (host === undefined || target === undefined || step === undefined || why === undefined) return { kind };
  return {
    kind,
    failure: { host, target, step, detail: why },
    ...(hosts === undefined ? {} : { hosts }),
    ...(unhealthy === undefined ? {} : { unhealthy: unhealthy.map(troubleOf) }),
    ...(targets === undefined ? {} : { targets: targets.map(troubleOf) }),
  };
}

type Texts = { readonly [Name in "hosts" | "unhealthy" | "targets"]?: readonly string[] };

interface Trouble {
  readonly target: string;
  readonly detail: string;
}

/** No target's name has a colon. */
function troubleText({ target, detail }: Trouble): string {
  return `${target}: ${detail}`;
}

function troubleOf(text: string): Trouble {
  const end = text.indexOf(": ");
  return { target: text.slice(0, end), detail: text.slice(end + 2) };
}
