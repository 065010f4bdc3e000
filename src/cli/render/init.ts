import type { Finding } from "#kernel";
import type { GrantKey, MadeStore, ProposedPlatform, Wish } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderWishes } from "./grant.ts";
import { renderTable } from "./table.ts";

export interface InitResult extends Pick<ProposedPlatform, "services" | "open"> {
  readonly manifest: string;
  readonly environments: readonly string[];
  /** lines added to .gitignore */
  readonly ignored: readonly string[];
  readonly store: MadeStore;
  readonly grants: readonly (GrantKey & { readonly environment: string })[];
  readonly wishes: readonly Wish[];
  readonly findings: readonly Finding[];
}

/** What was seen, and what was taken for a secret without anyone saying so. */
export function renderProposal({ services }: ProposedPlatform, color: Colors): string {
  const head = ["SERVICE", "RUNTIME", "CONTRACT", "SEEN IN", "VARIABLES", "SECRETS"].map((title) => color.dim(title));
  const rows = services.map(({ name, runtime, contract, seenIn, variables, secrets }) => {
    return [name, runtime, contract, seenIn, String(variables), String(secrets.length)];
  });
  const inferred = services.filter((service) => service.inferred.length > 0);
  const notes = inferred.map(
    (service) => `${color.yellow("inferred")} as secret in ${service.contract}: ${service.inferred.join(", ")}\n`,
  );
  return `${renderTable([head, ...rows])}${notes.join("")}`;
}

/** Before it is granted. */
export function renderAsked(wishes: readonly Wish[], color: Colors): string {
  if (wishes.length === 0) return "";
  const services = Map.groupBy(wishes, ({ service }) => service);
  const rows = [...services].map(([service, names]) => [service, names.map(({ name }) => name).join(", ")]);
  return `the contracts ask for these values of the store:\n${renderTable(rows.map(([a = "", b = ""]) => [color.bold(a), b]))}`;
}

export function renderInit(result: InitResult, color: Colors): string {
  const { manifest, ignored, store, grants, wishes, findings } = result;
  return [
    `${color.green("written")} ${manifest}\n`,
    openText(result, color),
    ignored.length === 0 ? "" : `added to .gitignore: ${ignored.join("  ")}\n`,
    storeText(store),
    grants.length === 0
      ? ""
      : `granted: ${new Set(grants.map(({ service, name }) => `${service} ${name}`)).size} values\n`,
    wishesText(wishes, color),
    findings.length === 0 ? "" : `${color.yellow("mend")} what is named above in ${manifest}\n`,
    nextText(result),
  ].join("");
}

export function renderJoined(manifest: string, store: MadeStore): string {
  return [
    `${manifest} is there already and stays as it is\n`,
    storeText(store),
    "values are not part of a clone: this store is empty\n",
    "next: keyturn grant --missing, keyturn generate --missing, keyturn check\n",
  ].join("");
}

/** Suggestions that nobody confirmed; they are marked in the file as well. */
function openText({ open }: InitResult, color: Colors): string {
  const rows = open.map(({ key, text, suggestion }) => [
    `  ${key}`,
    suggestion === "" ? "every host" : suggestion,
    color.dim(text),
  ]);
  return rows.length === 0 ? "" : `taken for granted, please look at it there:\n${renderTable(rows)}`;
}

function storeText({ home, address, kind, plainKey }: MadeStore): string {
  const first = `store: ${address ?? home}, ${kind === "made" ? "new" : "was there"}\n`;
  if (plainKey === undefined) return `${first}key: the one that was named; without it the store can't be opened\n`;
  return (
    `${first}key: ${plainKey}, beside the store: whoever reads this folder reads every value\n` +
    "     keep a copy elsewhere, without it the store can't be opened; for production use a passphrase,\n" +
    "     a systemd credential or a --key-file on another disk (keyturn rekey)\n"
  );
}

/** The usual ones were shown before they were asked about; what each special one would allow was not. */
function wishesText(wishes: readonly Wish[], color: Colors): string {
  const special = wishes.filter(({ kind }) => kind !== "hold");
  const usual = wishes.length - special.length;
  return [
    usual === 0
      ? ""
      : `${color.yellow("not granted yet")}: ${usual === 1 ? "1 value" : `${usual} values`}, as shown above\n`,
    special.length === 0 ? "" : renderWishes(special, color),
  ].join("");
}

function nextText({ environments, grants, wishes }: InitResult): string {
  const [first] = environments;
  const where = environments.length > 1 && first !== undefined ? ` --env ${first}` : "";
  const steps = [
    "keyturn check",
    ...(grants.length === 0 && wishes.some(({ kind }) => kind === "hold") ? [`keyturn grant --missing${where}`] : []),
    `keyturn generate --missing${where}`,
    `keyturn set NAME${where}`,
    ...(environments.includes("production") ? [`keyturn hosts prepare HOST${where}`] : []),
    `keyturn plan${where}`,
  ];
  return `next:\n${steps.map((step) => `  ${step}\n`).join("")}`;
}
