import type { SetResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { scopeText } from "./scope.ts";

/** Which version it became, who gets it, and what comes next. */
export function renderSet(result: SetResult, color: Colors): string {
  const { version, kind, receivers, notices, edgeSpace } = result;
  const state = kind === "stored" ? color.green("stored") : "unchanged";
  const where = `${version.sensitive ? "secret" : "public"}, ${scopeText(version.scope)}`;
  const lines = [`${version.name} v${version.number} ${state}  ${color.dim(version.fingerprint)}  ${where}`];
  lines.push(...notices.map((notice) => `${color.yellow("!")} ${notice}`));
  if (edgeSpace) lines.push(`${color.yellow("!")} it begins or ends with white space, which was kept`);
  if (receivers.length > 0) lines.push(`goes to ${receivers.join(", ")}`);
  return [...lines, ...nextSteps(result)].map((line) => `${line}\n`).join("");
}

function nextSteps({ version: { name }, receivers, ungranted }: SetResult): readonly string[] {
  if (receivers.length === 0 && ungranted.length === 0) return ["no service asks for it yet"];
  return [
    ...ungranted.map((service) => `next: keyturn grant ${service} ${name}`),
    ...(receivers.length > 0 && ungranted.length === 0 ? ["next: keyturn plan"] : []),
  ];
}
