import { readContract } from "../env-example/contract.ts";
import { findServices, type FoundFile, type FoundService } from "./finding.ts";
import { writeProposal } from "./text.ts";

/** What can't be seen in files. An answer is text; lists are separated by commas. */
export interface Question {
  /** `platform`, `hosts`, `order`, `hosts.SERVICE`, `instances.SERVICE`, … */
  readonly key: string;
  readonly text: string;
  /** stands in the text until it is answered */
  readonly suggestion: string;
}

export interface Proposal {
  readonly services: readonly ProposedService[];
  /** without those that were answered */
  readonly questions: readonly Question[];
  /** a whole keyturn.yaml, with comments where something was inferred */
  readonly text: string;
}

export interface ProposedService {
  readonly name: string;
  readonly contract: string;
  readonly runtime: FoundService["runtime"]["kind"];
  /** the file that showed it */
  readonly seenIn: string;
}

/**
 * The manifest behind `keyturn init`: from unit files, compose files, Vite configurations and `.env.example` files, and
 * from answers to what these don't show.
 */
export function proposeManifest(found: readonly FoundFile[], answers: Readonly<Record<string, string>> = {}): Proposal {
  const services = findServices(found);
  const all = questionsFor(services);
  const answered = (key: string) => (answers[key] ?? "").trim() !== "";
  const values = Object.fromEntries(
    all.map(({ key, suggestion }) => [key, answered(key) ? (answers[key] ?? "").trim() : suggestion]),
  );
  const open = all.filter(({ key }) => !answered(key));
  return {
    services: services.map(({ name, contract, runtime, seenIn }) => ({
      name,
      contract,
      runtime: runtime.kind,
      seenIn,
    })),
    questions: open,
    text: writeProposal(services, {
      values,
      open: new Set(open.map((question) => question.key)),
      shared: sharedSecrets(services, found),
    }),
  };
}

function questionsFor(services: readonly FoundService[]): readonly Question[] {
  const remote = services.filter((service) => service.runtime.kind !== "process");
  const general: readonly Question[] = [
    { key: "platform", text: "what is the platform called?", suggestion: "platform" },
    { key: "hosts", text: "which hosts are there? (names that ssh knows)", suggestion: "app1" },
    { key: "order", text: "in which order do services go?", suggestion: usualOrder(services).join(", ") },
  ];
  const needed = remote.length === 0 ? general.filter(({ key }) => key !== "hosts") : general;
  return [...needed.filter(({ key }) => key !== "order" || services.length > 1), ...remote.flatMap(serviceQuestions)];
}

function serviceQuestions({ name, runtime }: FoundService): readonly Question[] {
  const questions: Question[] = [{ key: `hosts.${name}`, text: `which hosts run ${name}?`, suggestion: "" }];
  const ask = (key: string, text: string, suggestion: string) =>
    questions.push({ key: `${key}.${name}`, text, suggestion });
  if (runtime.kind === "systemd") {
    if (runtime.template) ask("instances", `which instances of ${runtime.unit} run on each host?`, "1");
    if (runtime.file === undefined)
      ask("file", `where is the environment file of ${name} on the host?`, `/opt/${name}/.env`);
    if (runtime.owner === undefined) ask("owner", `which user runs ${name}?`, name);
  }
  if (runtime.kind === "compose") {
    ask("project", `in which folder of the host is ${runtime.composeFile}, for ${name}?`, `/opt/${name}`);
    ask("owner", `which user owns the environment file of ${name}?`, "root");
  }
  if (runtime.kind === "vite") {
    ask("publish", `into which folder of the host is ${name} published?`, `/var/www/${name}`);
    ask("owner", `which user owns the published ${name}?`, "www-data");
  }
  return questions;
}

/** Who answers others goes before who asks; pages last. */
function usualOrder(services: readonly FoundService[]): readonly string[] {
  const rank = ({ name, runtime }: FoundService): number => {
    if (runtime.kind === "vite") return 4;
    if (/backend|api|server|core$/.test(name)) return 1;
    return /dial|gateway|proxy|ingress|edge/.test(name) ? 3 : 2;
  };
  return services.toSorted((a, b) => rank(a) - rank(b)).map((service) => service.name);
}

/** Sensitive names that several services declare: who presents and who verifies is for people to say. */
function sharedSecrets(
  services: readonly FoundService[],
  found: readonly FoundFile[],
): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const { name, contract } of services) {
    const text = found.find((file) => file.path === contract)?.text ?? "";
    for (const variable of readContract(text, contract).variables) {
      // a connection string is shared with a database, not among services
      if (variable.sensitive && variable.type.kind !== "url")
        holders.set(variable.name, [...(holders.get(variable.name) ?? []), name]);
    }
  }
  return new Map([...holders].filter(([, names]) => names.length > 1));
}
