import type { RollbackProposal } from "#operation";
import type { Colors } from "../terminal.ts";
import { scopeText } from "./scope.ts";

export function renderRollback({ release, values, notOurs }: RollbackProposal, color: Colors): string {
  const back = values.map(({ name, scope, from, to }) => {
    const at = scopeText(scope);
    return `  ${color.yellow("~")} ${name} ${color.dim(at)}  ${color.dim(`${from} → ${to}`)}\n`;
  });
  const others = notOurs.map(
    ({ target, name }) =>
      `  ${color.dim(`! ${target}: ${name} comes from manifest or contract: revert it in source control`)}\n`,
  );
  const head =
    values.length === 0 ? `the values are those of r${release}\n` : `values of r${release} become the present ones\n`;
  return `${head}${back.join("")}${others.join("")}`;
}
