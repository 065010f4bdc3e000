import { isoTime } from "#kernel";
import type { CallCount, ContinueResult, ListedRotation, RotationPlan } from "#operation";
import type { Issuance, IssuanceState, Rotation, RotationPhase } from "#store";
import type { Colors } from "../terminal.ts";
import { renderFindings } from "./finding.ts";
import { scopeText } from "./scope.ts";
import { renderTable } from "./table.ts";

const phases: Readonly<Record<RotationPhase, string>> = {
  accept: "take both values",
  switch: "present the new value",
  swap: "change together",
  forget: "forget the old value",
};

/** `backend, fleet take both values` */
export function phaseText(phase: RotationPhase, services: readonly string[]): string {
  return `${services.join(", ")} ${phases[phase]}`;
}

/** Steps, restarts, who is affected and for how long; then what it can't do. */
export function renderRotationPlan(plan: RotationPlan, color: Colors): string {
  const { name, from, companion, open, holders, steps, atLeast, warnings, issuer, unmade } = plan;
  const becomes = open === undefined ? "a new version" : "the version of its open rotation";
  const other =
    companion === undefined
      ? ""
      : `${color.bold(companion.name)}  v${companion.from.number} ${color.dim(companion.from.fingerprint)} → ${becomes}, with it\n`;
  const head = `${color.bold(name)}${only(plan)}  v${from.number} ${color.dim(from.fingerprint)} → ${becomes}\n${other}`;
  const hurried =
    open === undefined ? "" : `  ${open.rotation} is at step ${open.step} of ${open.of}: from there at once\n`;
  const unheld = holders.length === 0 ? "  no service has it: nothing restarts\n" : "";
  const roles = holders.map(({ service, role, slots, instances, root, derived = [] }) => [
    `  ${service}`,
    [
      ...(root || slots.map !== undefined ? [roleWords[role]] : []),
      ...(derived.length === 0 ? [] : [followingText(derived)]),
    ].join(", "),
    color.dim(`${instances} ${instances === 1 ? "instance" : "instances"}`),
  ]);
  const rows = steps.map(({ phase, services, restarts, takes }, index) => [
    `  ${index + 1}.`,
    phaseText(phase, services),
    color.dim(`${restarts} ${restarts === 1 ? "restart" : "restarts"}, about ${duration(takes)}`),
  ]);
  const promoted = issuer?.promotedBehind;
  if (promoted !== undefined) rows.splice(promoted, 0, ["", `promoted at ${issuer?.where ?? ""}`, noReturn(color)]);
  const [what, given] = companion === undefined ? ["value", "it"] : ["pair", "both"];
  const person = unmade === undefined ? "" : `  nothing makes a new ${what}: a person gives ${given}, with --value\n`;
  const made = issuer === undefined ? person : `  made first: ${issuer.does}\n`;
  const revoked = issuer?.overlap === true && promoted === undefined ? `, and revoked at ${issuer.where}` : "";
  const end = [
    `  ${steps.length + 1}.`,
    `the old value ends: ${plan.compromised ? "compromised, and never taken again" : "retired"}, and destroyed where hosts keep it${revoked}`,
    ...(promoted === undefined ? [noReturn(color)] : []),
  ];
  const sum = steps.length === 0 ? "" : `about ${duration(atLeast)} in all, each step proved before the next\n`;
  return (
    head +
    hurried +
    unheld +
    renderTable(roles) +
    made +
    renderTable([...rows, end]) +
    sum +
    renderFindings(warnings, color)
  );
}

/** ` of api@ops1`, and nothing of a value for the whole environment. */
function only({ scope }: Pick<Rotation, "scope">): string {
  return Object.keys(scope).length === 0 ? "" : ` of ${scopeText(scope)}`;
}

function noReturn(color: Colors): string {
  return color.dim("no way back from here");
}

const roleWords = { presents: "presents it", verifies: "verifies it", both: "presents and verifies it" } as const;

function followingText(derived: readonly string[]): string {
  return `has ${derived.join(" and ")}, which ${derived.length === 1 ? "follows" : "follow"} from it`;
}

/** Where it is, before it is gone on with or taken back. */
export function renderOpenRotation(rotation: Rotation, color: Colors): string {
  const { id, actor, startedAt, step, steps } = rotation;
  const head = `${color.bold(namesText(rotation))}${only(rotation)}  ${id}, begun by ${actor} at ${isoTime(startedAt)}\n`;
  const rows = steps.map(({ phase, services }, index) => [
    `  ${index < step ? color.green("✓") : color.dim("·")} ${index + 1}.`,
    phaseText(phase, services),
  ]);
  return head + renderTable(rows);
}

/** `LIVEKIT_API_SECRET with LIVEKIT_API_KEY` */
function namesText({ name, companion }: Named): string {
  return companion === undefined ? name : `${name} with ${companion.name}`;
}

type Named = Pick<Rotation, "name"> & { readonly companion?: { readonly name: string } };

/** The one clear answer at the end, and how calls went meanwhile. */
export function renderRotation(result: ContinueResult, color: Colors): string {
  const calls = "calls" in result && result.calls !== undefined ? callText(result.calls, color) : "";
  return answerText(result, color) + calls;
}

function callText({ attached, retried, refused, broken, slowestMs }: CallCount, color: Colors): string {
  const lost = refused + broken;
  const failed = lost === 0 ? color.green("0 failed") : color.red(`${refused} refused, ${broken} broken`);
  return `calls meanwhile: ${attached} went through, ${failed}, ${retried} tried elsewhere, the slowest ${slowestMs} ms\n`;
}

function answerText(result: ContinueResult, color: Colors): string {
  switch (result.kind) {
    case "cancelled":
      return "nothing was changed\n";
    case "left":
      return `${result.name} is left as it is\n`;
    case "revoked":
      return `${color.green("done")}: ${result.issuance.name} has nothing left to revoke\n`;
    case "unrevoked":
      return unrevokedText(result.issuance, color);
    case "rotated": {
      const { rotation, forgotten } = result;
      const kept = forgotten.filter(({ kind }) => kind === "left");
      const rest = kept.map(({ target, detail }) => `  ${target} still keeps the file before: ${detail}\n`).join("");
      return `${color.green("done")}: ${namesText(rotation)} is rotated${rotation.steps.length === 0 ? "" : " everywhere"}, the old value is ${rotation.compromised ? "compromised" : "retired"}\n${rest}${unrevokedOf(result, color)}`;
    }
    case "returned":
      return `${color.red("taken back")}: ${namesText(result.rotation)} has the value before${result.rotation.steps.length === 0 ? "" : " everywhere"}, ${result.reason}\n${unrevokedOf(result, color)}`;
    case "held": {
      const { rotation, reason } = result;
      const { name, step, steps } = rotation;
      const place = `is at step ${step} of ${steps.length}${workingText(rotation)}`;
      return (
        `${color.yellow("open")}: ${name} ${steps.length === 0 ? "has not come to its end" : place}: ${reason}\n` +
        `  keyturn rotate ${name} --continue   goes on with it\n` +
        `  keyturn rotate ${name} --back       takes it back\n`
      );
    }
  }
}

/** Behind the last step but before its proof, and on the way back to the beginning, one of the two alone may work. */
function workingText({ step, steps, compromised }: Rotation): string {
  const phase = steps[step - 1]?.phase;
  return !compromised && (phase === "accept" || phase === "switch") ? ", and both values work" : "";
}

function unrevokedOf({ unrevoked }: { readonly unrevoked?: Issuance }, color: Colors): string {
  return unrevoked === undefined ? "" : unrevokedText(unrevoked, color);
}

function unrevokedText(issuance: Issuance, color: Colors): string {
  const { name, attempts, nextAt } = issuance;
  const when = nextAt === undefined ? "" : `, next at ${isoTime(nextAt)} by \`keyturn serve\``;
  return (
    `${color.yellow("open")}: ${waiting(issuance)}\n` +
    `  tried ${attempts === 1 ? "once" : `${attempts} times`}${when}\n` +
    `  keyturn rotate ${name} --continue   tries it now\n`
  );
}

const states = {
  intended: "a new value of it may have been made, and nobody has it",
  issued: "a new value of it was made, and is on its way",
  "revoking-old": "the old value of it still works where it was made",
  "revoking-new": "the new value of it is taken back, and may still work where it was made",
  settled: "nothing is left to do where it was made",
} as const satisfies Record<IssuanceState, string>;

function waiting({ name, state, trouble }: Issuance): string {
  return `${name}: ${states[state]}${trouble === undefined ? "" : `: ${trouble}`}`;
}

/** What is left to do at the system that makes a value. */
export function renderIssuance(issuance: Issuance, color: Colors): string {
  const { id, actor, startedAt } = issuance;
  return `${color.bold(namesText(issuance))}  ${id}, begun by ${actor} at ${isoTime(startedAt)}\n  ${waiting(issuance)}\n`;
}

export function renderRotations(
  rotations: readonly ListedRotation[],
  unkept: readonly Issuance[],
  color: Colors,
): string {
  if (rotations.length + unkept.length === 0) return "nothing was rotated yet\n";
  const left = [...unkept, ...rotations.flatMap(({ issuance }) => issuance ?? [])];
  const notes = left
    .filter(({ state }) => state !== "issued")
    .map((issuance) => `${color.yellow("!")} ${waiting(issuance)}\n`)
    .join("");
  return `${renderList(rotations, color)}${notes}`;
}

function renderList(rotations: readonly ListedRotation[], color: Colors): string {
  if (rotations.length === 0) return "";
  const shown = { open: color.yellow("open"), done: color.green("done"), returned: color.red("taken back") };
  return renderTable([
    ["ROTATION", "NAME", "STATE", "STEP", "BEGUN", "BY"].map((word) => color.bold(word)),
    ...rotations.map(({ id, name, companion, scope, state, step, steps, startedAt, actor }) => [
      id,
      (companion === undefined ? name : `${name}, ${companion.name}`) + only({ scope }),
      shown[state],
      steps.length === 0 ? "–" : `${step} of ${steps.length}`,
      isoTime(startedAt),
      actor,
    ]),
  ]);
}

/** Everything that was done and found, in order. */
export function renderRotationTrail(rotation: ListedRotation, color: Colors): string {
  const rows = rotation.entries.map(({ at, step, kind, subject, detail }) => [
    `  ${isoTime(at)}`,
    `step ${step}`,
    kind,
    subject,
    color.dim(detail),
  ]);
  const { issuance } = rotation;
  const left = issuance === undefined || issuance.state === "issued" ? "" : `  ${waiting(issuance)}\n`;
  return renderOpenRotation(rotation, color) + renderTable(rows) + left;
}

/** `40 s`, `3 min`, `30 days` */
function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const days = Math.round(seconds / 86_400);
  if (days >= 2) return `${days} days`;
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
