import type { Finding } from "#kernel";
import type { Difference } from "#plan";
import type { Context } from "../context.ts";
import type { LookEvent } from "../event.ts";
import { survey } from "./survey.ts";

export interface DriftResult {
  readonly environment: string;
  readonly drift: readonly DriftFinding[];
  /** targets that are as they should be */
  readonly clean: readonly string[];
  readonly findings: readonly Finding[];
}

export interface DriftFinding {
  readonly target: string;
  readonly kind: Difference["kind"];
  readonly message: string;
  /** the command that mends it */
  readonly mend: string;
}

/** Every way in which a host is not as the store says, each with the command that mends it. Changes nothing. */
export async function findDrift(
  context: Context,
  part: readonly string[],
  onLook?: (event: LookEvent) => void,
): Promise<DriftResult> {
  const { plan, findings, bound } = await survey(context, part, onLook);
  const runtimes = new Map(bound.targets.map(({ desired }) => [desired.target, desired.runtime]));
  const changed = plan.changes.flatMap(({ target, reasons }) =>
    reasons.map((reason) => driftFinding(target, reason, runtimes.get(target) === "systemd")),
  );
  const absent = plan.absent
    .filter(({ kind }) => kind === "unreachable")
    .map(({ target, host, message, code }) => ({
      target,
      kind: "unreachable" as const,
      message,
      mend: code === "HOST_UNPREPARED" ? `keyturn hosts prepare ${host}` : `ssh ${host} true`,
    }));
  return { environment: context.environment, drift: [...changed, ...absent], clean: plan.unchanged, findings };
}

function driftFinding(target: string, difference: Difference, prepared: boolean): DriftFinding {
  const missing = prepared && difference.kind === "instance-missing";
  const mend = missing ? `keyturn hosts prepare ${target.split("@")[1] ?? target}` : `keyturn apply ${target}`;
  return { target, kind: difference.kind, message: describe(difference), mend };
}

/** A clause of its own, without the target's name: `the file is missing`. */
export function describe(difference: Difference): string {
  switch (difference.kind) {
    case "no-release":
      return "no release was ever delivered there";
    case "other-release":
      return `it has ${difference.found}, and the store wants other content`;
    case "release-unproved":
      return `the rollout of ${difference.found} failed there or was cut short`;
    case "file-missing":
      return "the file is missing";
    case "file-edited":
      return "the file was edited on the host";
    case "file-old":
      return "the file is that of the release before";
    case "file-owner":
      return `the file belongs to ${difference.found}, expected ${difference.expected}`;
    case "file-mode":
      return `the file has mode ${difference.found}, expected ${difference.expected}`;
    case "instance-missing":
      return `${difference.unit} does not exist on the host`;
    case "instance-down":
      return `${difference.unit} is ${difference.state}`;
    case "process-stale":
      return `${difference.unit} still runs with the release before`;
    case "process-different":
      return `${difference.unit} runs with other values for ${difference.names.join(", ")}`;
    case "process-unknown":
      return `what ${difference.unit} runs with can't be read`;
    case "leftover":
      return "a run that was killed left files behind";
    case "previous-retired":
      return `it keeps ${difference.found} from before, whose ${difference.names.join(", ")} was retired`;
    case "unreachable":
      return difference.message;
    case "excluded":
      return "it is excluded in the manifest, and catches up later";
  }
}
