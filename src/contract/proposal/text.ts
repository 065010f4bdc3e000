import type { FoundService } from "./finding.ts";

export interface ProposalChoices {
  /** by question: the answer, or the suggestion */
  readonly values: Readonly<Record<string, string>>;
  readonly open: ReadonlySet<string>;
  /** sensitive names with the services that have them */
  readonly shared: ReadonlyMap<string, readonly string[]>;
}

/** The proposal as a keyturn.yaml that can be read as it stands. */
export function writeProposal(services: readonly FoundService[], choices: ProposalChoices): string {
  const { values } = choices;
  const hosts = list(values["hosts"]);
  const remote = services.some((service) => service.runtime.kind !== "process");
  const local = services.filter((service) => service.runtime.kind === "process");
  return [
    "# keyturn.yaml: which services there are, where they run, and how. No secrets: those go into the store.",
    field("platform", values["platform"] ?? "platform", choices, "platform"),
    "",
    "environments:",
    ...(remote ? environment("production", hosts, choices, left(local)) : []),
    ...(local.length > 0
      ? environment("local", ["here: local"], choices, left(services.filter((s) => !local.includes(s))))
      : []),
    ...(services.length === 0 ? ["  local:", "    hosts: { here: local }"] : []),
    "",
    services.length === 0 ? "services: {}" : "services:",
    ...inOrder(services, choices).flatMap((service) => serviceLines(service, choices)),
    "",
  ].join("\n");
}

function inOrder(services: readonly FoundService[], { values }: ProposalChoices): readonly FoundService[] {
  const order = list(values["order"]);
  return services.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Services that another environment has. */
function left(services: readonly FoundService[]): readonly string[] {
  return services.length === 0 ? [] : ["    services:", ...services.map(({ name }) => `      ${name}: false`)];
}

function environment(
  name: string,
  hosts: readonly string[],
  { open }: ProposalChoices,
  services: readonly string[],
): readonly string[] {
  const note = name !== "local" && open.has("hosts") ? "  # inferred: put the names of your hosts" : "";
  const entries = hosts.map((host) => (host.includes(":") ? `      ${host}` : `      ${scalar(host)}: {}`));
  const production = name === "production" ? ["    production: true"] : [];
  return [`  ${name}:`, ...production, `    hosts:${note}`, ...entries, ...services];
}

function serviceLines(service: FoundService, choices: ProposalChoices): readonly string[] {
  const { name, contract, seenIn, runtime } = service;
  const order = list(choices.values["order"]).indexOf(name);
  const lines = [
    `  ${name}:${seenIn === contract ? "" : `  # seen in ${seenIn}`}`,
    `    contract: ${scalar(contract)}`,
    `    runtime: ${runtime.kind}`,
    ...(runtime.kind === "process" ? [] : [hostsLine(name, choices)]),
    ...(order === -1 ? [] : [`    ${field("order", String(order * 10 + 10), choices, "order")}`]),
    ...runtimeLines(service, choices).map((line) => `    ${line}`),
  ];
  return [...lines, ...sharedLines(name, choices)];
}

function hostsLine(name: string, choices: ProposalChoices): string {
  const own = list(choices.values[`hosts.${name}`]);
  const hosts = own.length > 0 ? own : list(choices.values["hosts"]);
  const note = choices.open.has(`hosts.${name}`) ? "  # inferred: every host" : "";
  return `    hosts: [${hosts.map(scalar).join(", ")}]${note}`;
}

function runtimeLines({ name, runtime }: FoundService, choices: ProposalChoices): readonly string[] {
  const asked = (key: string) => field(key, choices.values[`${key}.${name}`] ?? "", choices, `${key}.${name}`);
  switch (runtime.kind) {
    case "systemd":
      return [
        `unit: ${scalar(runtime.unit)}`,
        `unit-file: ${scalar(runtime.unitFile)}`,
        ...(runtime.template ? [instancesLine(name, choices)] : []),
        runtime.file === undefined ? asked("file") : `file: ${scalar(runtime.file)}`,
        runtime.owner === undefined ? asked("owner") : `owner: ${scalar(runtime.owner)}`,
        ...(runtime.group === undefined || runtime.group === runtime.owner ? [] : [`group: ${scalar(runtime.group)}`]),
        "# health: [http://127.0.0.1:8080/health]",
      ];
    case "compose":
      return [
        asked("project"),
        `compose-file: ${scalar(runtime.composeFile)}`,
        `compose-service: ${scalar(runtime.composeService)}`,
        `file: ${scalar(`${choices.values[`project.${name}`] ?? ""}/${runtime.envFile}`)}`,
        asked("owner"),
      ];
    case "vite":
      return [
        `directory: ${scalar(runtime.directory)}`,
        ...(runtime.brand === undefined ? [] : [`brand: ${scalar(runtime.brand)}`]),
        "build: npm run build  # inferred",
        "output: dist  # inferred: Vite's own default",
        asked("publish"),
        asked("owner"),
      ];
    case "process":
      return [`directory: ${scalar(runtime.directory)}`, "command: npm start  # inferred: nothing shows how it is run"];
  }
}

function instancesLine(name: string, { values, open }: ProposalChoices): string {
  const names = list(values[`instances.${name}`]).map(scalar);
  return `instances: [${names.join(", ")}]${open.has(`instances.${name}`) ? "  # inferred: please check" : ""}`;
}

function sharedLines(name: string, { shared }: ProposalChoices): readonly string[] {
  return [...shared].flatMap(([secret, holders]) => {
    if (!holders.includes(name)) return [];
    const others = holders.filter((holder) => holder !== name).join(" and ");
    return [`    # ${secret} is in ${others} too: say here \`presents: [${secret}]\` or \`verifies: [${secret}]\``];
  });
}

function field(key: string, value: string, { open }: ProposalChoices, question: string): string {
  return `${key}: ${scalar(value)}${open.has(question) ? "  # inferred: please check" : ""}`;
}

function list(text = ""): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== "");
}

/** Plain where YAML reads it as the same text, quoted otherwise; whole numbers stay numbers. */
function scalar(text: string): string {
  const plain =
    /^[A-Za-z0-9/._][A-Za-z0-9/._@+-]*$/.test(text) &&
    !/^(?:true|false|null|yes|no|on|off|~|\.inf|\.nan|[\d.][\d._e+-]*)$/i.test(text);
  return plain || /^[1-9]\d{0,5}$/.test(text) ? text : JSON.stringify(text);
}
