import type { AuditEntry } from "#audit";
import { isoTime } from "#kernel";
import type { VerifyResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

export function renderAudit(entries: readonly AuditEntry[], color: Colors): string {
  if (entries.length === 0) return "no entry fits\n";
  const head = ["NUMBER", "TIME", "ACTOR", "ACTION", "ENVIRONMENT", "SUBJECT", "DETAIL"];
  const rows = entries.map(({ seq, at, actor, action, environment = "–", subject, detail }) => [
    String(seq),
    isoTime(at),
    oneLine(actor.name),
    oneLine(action),
    oneLine(environment),
    oneLine(subject),
    color.dim(oneLine(detailText(detail))),
  ]);
  return renderTable([head.map((title) => color.dim(title)), ...rows]);
}

export function renderVerified({ head, witnesses, unseen }: VerifyResult, color: Colors): string {
  const entries = head.size === 1 ? "1 entry" : `${head.size} entries`;
  return [
    ...witnesses.map(
      ({ name, size }) => `${color.green("✓")} ${oneLine(name)} saw the first ${size}, and they are the same\n`,
    ),
    ...unseen.map(({ host, reason }) => `${color.yellow("!")} ${host}: ${oneLine(reason)}\n`),
    `${color.green("sound")}: ${entries}, none changed, none missing\n`,
    witnesses.length + unseen.length > 0
      ? ""
      : "compared with the store's own head only: --against all asks the hosts\n",
    color.dim(`head ${head.size}:${head.root}\n`),
  ].join("");
}

function detailText(detail: AuditEntry["detail"]): string {
  return Object.entries(detail)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join(",") : String(value)}`)
    .join(" ");
}

/** Names in the log may come from elsewhere: nothing of them moves the cursor. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}
