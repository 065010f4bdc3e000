import { relative } from "node:path";
import { formatPosition, type Finding } from "#kernel";
import type { Colors } from "../terminal.ts";

/** One line each, place first, so that an editor can jump there; the next step below it. */
export function renderFindings(findings: readonly Finding[], color: Colors): string {
  return findings.map((finding) => renderFinding(finding, color)).join("");
}

/** Places as seen from a folder, where an editor's terminal is. */
export function findingsFrom(findings: readonly Finding[], folder: string): readonly Finding[] {
  return findings.map((finding) => {
    const { position } = finding;
    return position === undefined
      ? finding
      : { ...finding, position: { ...position, file: relative(folder, position.file) } };
  });
}

function renderFinding({ severity, message, position, hint }: Finding, color: Colors): string {
  const place = position === undefined ? "" : `${formatPosition(position)}: `;
  const paint = { error: color.red, warning: color.yellow, notice: color.dim }[severity];
  const next = hint === undefined ? "" : `  ${color.dim(`→ ${hint}`)}\n`;
  return `${place}${paint(severity)}: ${message}\n${next}`;
}
