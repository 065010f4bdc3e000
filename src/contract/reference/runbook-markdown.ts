import { cell, code, table } from "./markdown-text.ts";
import type { Runbook, RunbookHost, RunbookTarget } from "./runbook.ts";
import { printAgain, toFillIn, withoutKeyturn } from "./runbook-text.ts";

/** One page: what to do without Keyturn, the order, then host by host. */
export function renderRunbookMarkdown({ platform, environment, order, hosts }: Runbook): string {
  return [
    `# ${platform}, ${environment}: runbook`,
    "",
    `Written by \`keyturn docs\` from the contracts and the manifest; change those instead. ${printAgain}`,
    "",
    "## When Keyturn can't be reached",
    "",
    ...numbered(withoutKeyturn),
    "",
    ...toFillIn.map((what) => `- ${what}: ____________________`),
    "",
    "## Order of restarts",
    "",
    ...numbered(order.map((group) => group.map(cell).join("; "))),
    "",
    ...hosts.flatMap(hostSection),
  ].join("\n");
}

function numbered(items: readonly string[]): readonly string[] {
  return items.map((item, index) => `${index + 1}. ${item}`);
}

function hostSection({ name, address, targets }: RunbookHost): readonly string[] {
  const where = address === name ? "" : ` (${cell(address)})`;
  const rows = targets
    .flatMap(({ parts }) => parts)
    .map((part) => [
      part.name,
      code(part.look),
      part.log === undefined ? "" : code(part.log),
      part.restart === undefined ? "" : code(part.restart),
      part.health.join("; "),
    ]);
  return [
    `## ${name}${where}`,
    "",
    ...table(["what", "look", "log", "restart", "healthy when"], rows),
    "",
    ...targets.flatMap(returnSection),
  ];
}

function returnSection({ target, place, returnLine }: RunbookTarget): readonly string[] {
  if (returnLine === undefined) return [];
  return [`${target} (${code(place)}), the release before, as root:`, "", "```sh", returnLine, "```", ""];
}
