import { code, document, escape, table } from "./html-text.ts";
import type { Runbook, RunbookHost, RunbookTarget } from "./runbook.ts";
import { printAgain, toFillIn, withoutKeyturn } from "./runbook-text.ts";

/** The same as a page to print. */
export function renderRunbookHtml({ platform, environment, order, hosts }: Runbook): string {
  return document(`${platform}, ${environment}: runbook`, [
    `<p>${words(printAgain)}</p>`,
    "<h2>When Keyturn can&#39;t be reached</h2>",
    list("ol", withoutKeyturn.map(words)),
    list(
      "ul",
      toFillIn.map((what) => `${escape(what)}: ____________________`),
    ),
    "<h2>Order of restarts</h2>",
    list(
      "ol",
      order.map((group) => escape(group.join("; "))),
    ),
    ...hosts.flatMap(hostSection),
  ]);
}

/** What stands between backticks is code. */
function words(text: string): string {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 0 ? escape(part) : code(part)))
    .join("");
}

function list(tag: "ol" | "ul", items: readonly string[]): string {
  return `<${tag}>${items.map((item) => `<li>${item}</li>`).join("")}</${tag}>`;
}

function hostSection({ name, address, targets }: RunbookHost): readonly string[] {
  const where = address === name ? "" : ` (${escape(address)})`;
  const rows = targets
    .flatMap(({ parts }) => parts)
    .map((part) => [
      escape(part.name),
      code(part.look),
      part.log === undefined ? "" : code(part.log),
      part.restart === undefined ? "" : code(part.restart),
      part.health.map(escape).join("<br>"),
    ]);
  return [
    `<h2 id="${escape(name)}">${escape(name)}${where}</h2>`,
    table(["what", "look", "log", "restart", "healthy when"], rows),
    ...targets.flatMap(returnSection),
  ];
}

function returnSection({ target, place, returnLine }: RunbookTarget): readonly string[] {
  if (returnLine === undefined) return [];
  const about = `<p>${escape(target)} (${code(place)}), the release before, as root:</p>`;
  return [about, `<pre>${escape(returnLine)}</pre>`];
}
