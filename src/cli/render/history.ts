import type { HistoricVersion } from "#operation";
import type { Colors } from "../terminal.ts";
import { ageText, scopeText } from "./scope.ts";
import { renderTable } from "./table.ts";

export function renderHistory(versions: readonly HistoricVersion[], now: number, color: Colors): string {
  const head = ["VERSION", "SCOPE", "STATE", "AGE", "FINGERPRINT", "ORIGIN", "BY"];
  const rows = versions.map((version) => {
    const { number, scope, createdAt, fingerprint, origin, actor } = version;
    const state = stateText(version, color);
    return [`v${number}`, scopeText(scope), state, ageText(createdAt, now), fingerprint, origin, actor];
  });
  return renderTable([head.map((title) => color.dim(title)), ...rows]);
}

function stateText({ state, present }: HistoricVersion, color: Colors): string {
  if (state === "compromised") return color.red(state);
  return present ? color.green("present") : state;
}
