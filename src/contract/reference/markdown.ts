import { cell, code, table } from "./markdown-text.ts";
import type { ReferencePage } from "./page.ts";
import type { Reference, ReferenceService } from "./reference.ts";

/** Three pages: each service's variables with default and meaning, variables by service, secrets by place. */
export function renderReferenceMarkdown(reference: Reference): readonly ReferencePage[] {
  return [
    { file: "variables.md", text: variablesPage(reference) },
    { file: "services.md", text: servicesPage(reference) },
    { file: "secrets.md", text: secretsPage(reference) },
  ];
}

function variablesPage(reference: Reference): string {
  const sections = reference.services.flatMap((service) => [
    `## ${service.name}`,
    "",
    `Declared in \`${service.contract}\`, set in ${cell(service.place)}.`,
    "",
    ...variableTable(service),
    "",
  ]);
  return page(reference, "variables of each service", sections);
}

function variableTable({ variables }: ReferenceService): readonly string[] {
  const rows = variables.map(({ name, type, required, fallback, sensitive, meaning, docs }) => [
    code(name),
    `${type}${sensitive ? ", secret" : ""}`,
    required,
    fallback === "" ? "" : code(fallback),
    docs === undefined ? meaning : `${meaning} (${docs})`.trim(),
  ]);
  return table(["variable", "type", "required", "default", "meaning"], rows);
}

function servicesPage(reference: Reference): string {
  const names = [
    ...new Set(reference.services.flatMap(({ variables }) => variables.map(({ name }) => name))),
  ].toSorted();
  const has = (service: ReferenceService, name: string) => service.variables.some((variable) => variable.name === name);
  const rows = names.map((name) => {
    const holders = reference.services.filter((service) => has(service, name));
    const secret = holders.some(({ variables }) => variables.some((v) => v.name === name && v.sensitive));
    return [code(name), secret ? "secret" : "setting", holders.map((service) => service.name).join(", ")];
  });
  return page(reference, "variables by service", [...table(["variable", "kind", "services"], rows), ""]);
}

function secretsPage(reference: Reference): string {
  const rows = reference.secrets.map(({ name, services, places, origin }) => [
    code(name),
    services.join(", "),
    places.join("; "),
    origin,
  ]);
  const head = ["secret", "used by", "where it is set", "where the value comes from"];
  return page(reference, "secrets", [...table(head, rows), ""]);
}

function page({ platform, environment }: Reference, title: string, body: readonly string[]): string {
  const note = "Written by `keyturn docs` from the contracts and the manifest; change those instead.";
  return [`# ${platform}, ${environment}: ${title}`, "", note, "", ...body].join("\n");
}
