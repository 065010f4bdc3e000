import type { Finding } from "../api/finding.ts";
import { pathText, whereText } from "./words.ts";

export interface FindingGroup {
  readonly key: string;
  readonly first: Finding;
  readonly findings: readonly Finding[];
}

/** One version of one secret, or one format: in the order in which the server tells them, what is new first. */
export function bySecret(findings: readonly Finding[]): readonly FindingGroup[] {
  return groupsOf(findings, ({ thing }) => {
    if (thing.kind === "credential") return `format ${thing.format}`;
    const { name, version, scope } = thing;
    return `${name} ${version} ${scope.service ?? ""}@${scope.host ?? ""}`;
  });
}

/** One repository, machine, host or stream. */
export function byPlace(findings: readonly Finding[]): readonly FindingGroup[] {
  return groupsOf(findings, (finding) => `${finding.place.kind} ${whereText(finding)}`);
}

function groupsOf(findings: readonly Finding[], keyOf: (finding: Finding) => string): readonly FindingGroup[] {
  return [...Map.groupBy(findings, keyOf)].flatMap(([key, own]) => {
    const [first] = own;
    return first === undefined ? [] : [{ key, first, findings: own }];
  });
}

export function matches(finding: Finding, wanted: string): boolean {
  const word = wanted.trim().toLowerCase();
  const { thing, actor } = finding;
  const name = thing.kind === "value" ? thing.name : thing.format;
  return [name, whereText(finding), pathText(finding), actor].some((text) => text.toLowerCase().includes(word));
}
