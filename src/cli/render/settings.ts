import { isoTime } from "#kernel";
import type { Assessment, Impact, SettingRollout, SettingsView, settingHistory } from "#operation";
import type { Colors } from "../terminal.ts";
import { ageText } from "./scope.ts";
import { renderTable } from "./table.ts";

export function renderSettings({ providers, impact }: SettingsView, now: number, color: Colors): string {
  if (providers.length === 0) return "nothing of this platform runs for users: there are no provider settings\n";
  const head = ["PROVIDER", "KIND", "SAVED", "BY", "FINGERPRINT", "CHECK", "STATE"];
  const rows = providers.map(({ provider, kind, saved, probe }) => [
    provider,
    kind,
    saved === undefined ? color.dim("–") : ageText(saved.savedAt, now),
    saved?.actor ?? "",
    saved?.fields[0]?.fingerprint ?? "",
    saved === undefined ? "" : saved.check === "verified" ? color.green("verified") : color.yellow("unverified"),
    probe === undefined ? "" : `${probe.state} ${ageText(probe.since, now)}`,
  ]);
  const notes = providers.flatMap(({ provider, shadows, deadlines, saved }) => [
    ...(shadows.length === 0 ? [] : [`${provider}: wins over the stored ${shadows.join(", ")} for runtimes`]),
    ...(saved !== undefined && saved.fields.length === 0
      ? [`${provider}: revision ${saved.revision} can't be opened`]
      : []),
    ...(saved?.waits === undefined ? [] : [`${provider}: ${waitingText[saved.waits]}`]),
    ...deadlines.map(({ deadline, message }) => `${provider}: ${message} (${deadline})`),
  ]);
  const table = renderTable([head.map((title) => color.dim(title)), ...rows]);
  const lines = notes.map((note) => `${color.yellow("!")} ${note}\n`);
  return `${table}${lines.join("")}${color.dim(runtimesText(impact.runtimes))}\n`;
}

/** A save that was cut short; while one is at work it says the same for a moment. */
const waitingText = {
  waves: "saved, and its rollout has not begun: `keyturn apply` begins it",
  "at-once": "saved, and its rollout has not begun: `keyturn runtimes restart --now` begins it",
};

/** `42 runtimes in 3 waves, about 2 minutes` */
export function impactText({ runtimes, waves, seconds }: Impact, atOnce: boolean): string {
  if (runtimes === 0) return "no runtime is concerned yet\n";
  const time = seconds < 90 ? `${Math.max(seconds, 1)} seconds` : `${Math.round(seconds / 60)} minutes`;
  const how = atOnce ? "all at once, without a canary" : `in ${waves} ${waves === 1 ? "wave" : "waves"}`;
  return `${runtimesText(runtimes)} ${how}, about ${time}\n`;
}

export function renderAssessment({ outcome, meaning, advice, notices, problems }: Assessment, color: Colors): string {
  const paint = { verified: color.green, unverified: color.yellow, refused: color.red }[outcome];
  const lines = [
    `${paint(outcome)}: ${meaning}`,
    ...problems.map(({ field, message }) => `${color.red("✗")} ${field}: ${message}`),
    ...notices.map((notice) => `${color.yellow("!")} ${notice}`),
    ...(advice === "" ? [] : [advice]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

export function renderSaved(
  provider: string,
  { revision, outcome, release }: SettingRollout & { readonly revision: number },
  color: Colors,
): string {
  const saved = `settings of ${provider} are saved as revision ${revision}`;
  if (outcome === undefined) return `${color.green("done")}: ${saved}; no runtime had to change\n`;
  if (outcome.kind === "done")
    return `${color.green("done")}: ${saved}, and r${release ?? 0} runs everywhere, verified\n`;
  const { target, host, step, detail } = outcome.failure;
  const where = `${target === "" ? host : target}, ${step}: ${detail}`;
  if (outcome.kind === "stopped") {
    return `${color.yellow("stopped")}: ${saved}, and the rollout is open\n  keyturn apply --resume   goes on with it\n  keyturn apply --return   takes it back, the settings too\n`;
  }
  const left =
    outcome.kind === "stranded" ? outcome.targets.map((one) => `  ${one.target}: ${one.detail}\n`).join("") : "";
  return `${color.red("failed")} at ${where}\nthe settings before are back${left === "" ? "\n" : `, but these could not go back:\n${left}`}`;
}

type Revisions = Awaited<ReturnType<typeof settingHistory>>;

export function renderSettingHistory(revisions: Revisions, color: Colors): string {
  if (revisions.length === 0) return "nothing was saved yet\n";
  const head = ["REVISION", "WHEN", "BY", "WHAT", "CHECK", "FINGERPRINTS"];
  const rows = revisions.map(({ revision, createdAt, actor, origin, earlier, check, content }) => [
    String(revision),
    isoTime(createdAt),
    actor,
    earlier === undefined ? origin : `${origin} ${earlier}`,
    content?.reason === undefined ? check : `${check} (${content.reason})`,
    content === undefined
      ? color.red("can't be opened")
      : content.fields.map((one) => `${one.id} ${one.fingerprint}`).join(", "),
  ]);
  return renderTable([head.map((title) => color.dim(title)), ...rows]);
}

function runtimesText(count: number): string {
  return `${count} ${count === 1 ? "runtime" : "runtimes"}`;
}
