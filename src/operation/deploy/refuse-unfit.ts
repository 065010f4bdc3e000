import { AppError, type Finding } from "#kernel";
import type { AbsentTarget } from "#plan";
import type { Survey } from "./survey.ts";

/** Everything that speaks against a deploy, all at once, before anything is touched. */
export function refuseUnfit(found: Survey): void {
  const errors = found.findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const count = errors.length === 1 ? "1 finding stands" : `${errors.length} findings stand`;
    throw new AppError("VALUES_INVALID", `${count} against this deploy, nothing was touched`, { findings: errors });
  }
  refuseAway(found.plan.absent.filter(({ kind }) => kind === "unreachable"));
  refuseWithoutUnits(found);
}

/** Each with its own reason and next step; where all have the same reason, the failure is that one. */
function refuseAway(away: readonly AbsentTarget[]): void {
  if (away.length === 0) return;
  const findings = away.map(({ target, message, hint }) => ({
    severity: "error" as const,
    code: "unreachable",
    message: `${target}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  }));
  const code = ownReasons.find((reason) => away.every((one) => one.code === reason));
  if (code === undefined) {
    throw new AppError("HOST_UNREACHABLE", `${hostsOf(away)} can't be reached, nothing was touched`, { findings });
  }
  throw new AppError(code, `${hostsOf(away)} can't be used as they are, nothing was touched`, { findings });
}

const ownReasons = ["HOST_KEY_UNKNOWN", "HOST_KEY_CHANGED", "HOST_UNPREPARED"] as const;

/** A deploy makes containers and local processes, but no units: without one it would fail half-way. */
function refuseWithoutUnits({ plan, bound }: Survey): void {
  const units = new Set(
    bound.targets.filter(({ desired }) => desired.runtime === "systemd").map(({ desired }) => desired.target),
  );
  const without = plan.changes.filter(({ target }) => units.has(target));
  const findings = without.flatMap(({ host, reasons }): readonly Finding[] =>
    reasons.flatMap((reason) => (reason.kind === "instance-missing" ? [unitFinding(reason.unit, host)] : [])),
  );
  if (findings.length === 0) return;
  throw new AppError("HOST_UNPREPARED", "units are missing on hosts, nothing was touched", { findings });
}

function unitFinding(unit: string, host: string): Finding {
  const hint = `\`keyturn hosts prepare ${host}\` installs it`;
  return { severity: "error", code: "unit-missing", message: `${unit} does not exist on ${host}`, hint };
}

function hostsOf(away: readonly AbsentTarget[]): string {
  return [...new Set(away.map(({ host }) => host))].join(", ");
}
