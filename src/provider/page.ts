import { catalogue } from "./catalogue/catalogue.ts";
import type { Field, Probe, Provider } from "./provider.ts";

/** The tables of docs/providers.md, from the catalogue. */
export function providerTables(): string {
  return catalogue.map(section).join("\n");
}

function section(provider: Provider): string {
  const { name, aliases = [], title, kind, docs, fields, probe, migrations = [] } = provider;
  const names = [name, ...aliases].map((one) => `\`${one}\``).join(", ");
  return [
    `### ${title}`,
    "",
    `${kind}; \`@provider=\` ${names}; keys: <${docs}>`,
    "",
    "| part | variables | looks like |",
    "|---|---|---|",
    ...fields.map(fieldRow),
    "",
    `Probe: ${cell(probe.shown)}.${placeText(probe)}`,
    "",
    ...answerTable(probe),
    ...migrations.flatMap(({ deadline, message }) => [`Until ${deadline}: ${message}.`, ""]),
  ].join("\n");
}

function fieldRow({ label, optional, names, format }: Field): string {
  const part = optional === true ? `${label}, if any` : label;
  return `| ${part} | ${names.map((name) => `\`${name}\``).join(", ")} | ${cell(format?.shape ?? "")} |`;
}

function placeText(probe: Probe): string {
  if (probe.kind === "parse") return "";
  if (probe.kind === "stream") return " The host of the URI.";
  if (probe.origin === undefined) return " The credential's own address.";
  return ` ${new URL(probe.origin).host}${probe.base === undefined ? "" : ", or the credential's own address"}.`;
}

function answerTable(probe: Probe): readonly string[] {
  if (probe.kind !== "http") return [];
  const rows = probe.answers.map(({ status, at, is, state, meaning }) => {
    const said =
      at === undefined
        ? ""
        : `\`${at}\`${is === undefined ? "" : ` ${typeof is === "string" ? "=" : "~"} \`${cell(typeof is === "string" ? is : is.source)}\``}`;
    return `| ${[status].flat().join(", ")} | ${said} | ${state} | ${meaning} |`;
  });
  return ["| status | body | state | meaning |", "|---|---|---|---|", ...rows, ""];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
