import type { Plan, TargetPlan, VariableChange } from "#plan";
import { describe } from "#operation";
import type { Colors } from "../terminal.ts";

/** Grouped by service, then host: what would change, why, and what callers would feel. Fingerprints only. */
export function renderPlan(plan: Plan, color: Colors): string {
  const services = Map.groupBy(plan.changes, ({ service }) => service);
  const blocks = [...services].map(([service, targets]) => renderService(service, targets, color));
  const absent = plan.absent.map(
    ({ target, kind, message }) => `  ${color.yellow("!")} ${target}: ${kind}, ${message}\n`,
  );
  const left = plan.left.flatMap(({ target, differences }) =>
    differences.map((one) => `  ${color.yellow("!")} ${target}: ${describe(one)}\n`),
  );
  return [...blocks, ...absent, ...left, summary(plan, color)].join("");
}

function renderService(service: string, targets: readonly TargetPlan[], color: Colors): string {
  return `${color.bold(service)}\n${mergeHosts(targets)
    .map((group) => renderTargets(group, color))
    .join("")}\n`;
}

/** Hosts that get the same change for the same reasons are told together. */
function mergeHosts(targets: readonly TargetPlan[]): readonly (readonly TargetPlan[])[] {
  const key = ({ reasons, variables, steps }: TargetPlan): string => JSON.stringify([reasons, variables, steps]);
  return [...Map.groupBy(targets, key).values()];
}

function renderTargets(targets: readonly TargetPlan[], color: Colors): string {
  const [first] = targets;
  if (first === undefined) return "";
  const hosts = targets.map(({ host }) => host).join(", ");
  const reasons = tellingReasons(first).map((reason) => `      ${color.dim(`because ${describe(reason)}`)}\n`);
  const variables = first.variables.map((change) => `      ${renderChange(change, color)}\n`);
  const barred = first.noReturn === undefined ? "" : `      ${color.yellow(noReturnText(first.noReturn))}\n`;
  return `  ${color.cyan("~")} ${hosts}: ${stepText(first)}\n${reasons.join("")}${barred}${variables.join("")}`;
}

function noReturnText({ release, names }: NonNullable<TargetPlan["noReturn"]>): string {
  return `no way back: ${names.join(", ")} of ${release} is retired`;
}

/** Where nothing was ever delivered, nothing else can be as it should. */
function tellingReasons({ reasons }: TargetPlan): TargetPlan["reasons"] {
  const first = reasons.filter(({ kind }) => kind === "no-release");
  return first.length > 0 ? first : reasons;
}

function renderChange({ kind, name, from, to, sensitive }: VariableChange, color: Colors): string {
  const sign = { added: color.green("+"), changed: color.yellow("~"), removed: color.red("-") }[kind];
  const states = [from, to].flatMap((state) => (state === undefined ? [] : [stateText(state)]));
  return `${sign} ${name}${sensitive ? "" : color.dim(" (setting)")}  ${color.dim(states.join(" → "))}`;
}

function stateText({ version, fingerprint }: NonNullable<VariableChange["from"]>): string {
  return version === undefined ? fingerprint : `v${version} ${fingerprint}`;
}

function stepText({ steps, downtime }: TargetPlan): string {
  const parts: string[] = [];
  if (steps.some(({ kind }) => kind === "sweep")) parts.push("sweep");
  if (steps.some(({ kind }) => kind === "file")) parts.push("write the file");
  if (steps.some(({ kind }) => kind === "forget")) parts.push("destroy the release before");
  if (steps.some(({ kind }) => kind === "publish")) parts.push("build and publish");
  const restarts = steps.flatMap((step) => (step.kind === "restart" ? [step] : []));
  const named = restarts.filter(({ instance }) => instance !== "").map(({ instance }) => instance);
  if (restarts.length > 0) {
    const drains = restarts.some(({ drain }) => drain !== undefined) ? "drain and " : "";
    parts.push([`${drains}${restarts[0]?.action ?? "restart"}`, named.join(", ")].filter(Boolean).join(" "));
  }
  return parts.join(", ") + downtimeText(downtime);
}

function downtimeText(downtime: TargetPlan["downtime"]): string {
  const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
  switch (downtime.kind) {
    case "none":
      return "";
    case "rolling":
      return ` (one after the other, at most ${seconds(downtime.atMost)})`;
    case "gap":
      return ` (down for at most ${seconds(downtime.atMost)})`;
  }
}

function summary({ changes, unchanged, absent, left, environment }: Plan, color: Colors): string {
  const unseen = absent.filter(({ kind }) => kind === "unreachable").length;
  const hands = left.length === 0 ? "" : `, ${left.length} ${left.length === 1 ? "needs" : "need"} a person: see drift`;
  const rest = `${unseen === 0 ? "" : `, ${unseen} could not be looked at`}${hands}`;
  if (changes.length > 0) {
    return `${count(changes.length, "target")} of ${environment} would change, ${unchanged.length} would not${rest}\n`;
  }
  if (rest !== "") return `${count(unchanged.length, "target")} of ${environment} as the store says${rest}\n`;
  return `${color.green("nothing to do")}: ${count(unchanged.length, "target")} of ${environment} as the store says\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
