import type { AuditEntry } from "#audit";
import type { Version } from "#store";
import { readVersionText, type NamedVersion } from "../value/version-text.ts";

/** How a value came before somebody's eyes, or into a file or a process that they can read. */
export type Way =
  | "revealed"
  | "set"
  | "imported"
  | "saved"
  | "adopted"
  | "rendered"
  | "run"
  | "dev"
  | "ejected"
  | "backed up";

/** One entry of the log and one version: this person saw it, or could have. */
export interface Sighting {
  readonly at: number;
  readonly actor: string;
  readonly way: Way;
  /** false: it was in their reach, and nobody knows whether they looked */
  readonly certain: boolean;
  readonly version: Version;
}

/** All versions of an environment by name, oldest first. */
export type Versions = ReadonlyMap<string, readonly Version[]>;

interface Rule {
  readonly way: Way;
  readonly certain: boolean;
  readonly versions: (entry: AuditEntry, all: Versions) => readonly Version[];
}

/** What each action of the log gives to see. Whatever is missing here shows nothing to anybody. */
const rules: Readonly<Record<string, Rule>> = {
  "value.reveal": { way: "revealed", certain: true, versions: ofSubject },
  "value.set": { way: "set", certain: true, versions: ofSubject },
  "value.import": { way: "imported", certain: true, versions: ofSubject },
  "value.rotate": { way: "set", certain: true, versions: ofSubjectUnlessMade },
  "value.adopt": { way: "adopted", certain: false, versions: ofSubject },
  "setting.save": { way: "saved", certain: true, versions: listed },
  "value.render": { way: "rendered", certain: true, versions: named },
  "value.run": { way: "run", certain: false, versions: named },
  "value.dev": { way: "dev", certain: false, versions: named },
  "store.eject": { way: "ejected", certain: true, versions: named },
  // a backup has the versions before as well; whoever has it needs the key besides
  "store.backup": { way: "backed up", certain: false, versions: (entry, all) => flat(all).filter(until(entry)) },
};

export const showing: readonly string[] = Object.keys(rules);

/** Secrets only: a setting in the clear is no secret to anybody. */
export function sightingsOf(entry: AuditEntry, all: Versions): readonly Sighting[] {
  const rule = rules[entry.action];
  if (rule === undefined) return [];
  const { way, certain } = rule;
  const { at, actor } = entry;
  return rule
    .versions(entry, all)
    .filter(({ sensitive }) => sensitive)
    .map((version) => ({ at, actor: actor.name, way, certain, version }));
}

/** The entry is about one name: its version and scope stand in the detail. */
function ofSubject({ subject, detail }: AuditEntry, all: Versions): readonly Version[] {
  const { version: number, service, host } = detail;
  const scope = {
    ...(typeof service === "string" ? { service } : {}),
    ...(typeof host === "string" ? { host } : {}),
  };
  return typeof number === "number" ? find(all, { name: subject, scope, number }) : [];
}

/** Made at random it was before nobody's eyes. */
function ofSubjectUnlessMade(entry: AuditEntry, all: Versions): readonly Version[] {
  return entry.detail["origin"] === "generated" ? [] : ofSubject(entry, all);
}

/** The entry lists versions. */
function listed({ detail: { versions } }: AuditEntry, all: Versions): readonly Version[] {
  if (!isTexts(versions)) return [];
  return versions.flatMap((text) => {
    const version = readVersionText(text);
    return version === undefined ? [] : find(all, version);
  });
}

/** As {@link listed}. An entry of before that was so lists names, or nothing: whatever was present then counts. */
function named(entry: AuditEntry, all: Versions): readonly Version[] {
  const { versions, names } = entry.detail;
  if (isTexts(versions)) return listed(entry, all);
  const among = isTexts(names) ? names.flatMap((name) => all.get(name) ?? []) : flat(all);
  return presentThen(among.filter(until(entry)));
}

/** The newest of each name and scope. */
function presentThen(versions: readonly Version[]): readonly Version[] {
  return [...new Map(versions.map((one) => [`${one.name} ${JSON.stringify(one.scope)}`, one])).values()];
}

function find(all: Versions, { name, scope, number }: NamedVersion): readonly Version[] {
  return (all.get(name) ?? []).filter(
    (one) => one.number === number && one.scope.service === scope.service && one.scope.host === scope.host,
  );
}

function until({ at }: AuditEntry): (version: Version) => boolean {
  return ({ createdAt }) => createdAt <= at;
}

function flat(all: Versions): readonly Version[] {
  return [...all.values()].flat();
}

function isTexts(detail: unknown): detail is readonly string[] {
  return Array.isArray(detail) && detail.every((one) => typeof one === "string");
}
