import { takesTwo } from "#binding";
import type { Platform, Service } from "#contract";
import type { Finding } from "#kernel";
import type { Holder } from "#rotation";
import type { Version } from "#store";
import { followingWarnings } from "./following-warning.ts";
import type { PlannedIssuer, PlannedStep, RotationQuestion } from "./planned.ts";

interface Warned {
  readonly owner?: PlannedIssuer;
  /** where another system uses the value towards services, and a person gives it: nothing is promoted there */
  readonly unpromoted?: string;
}

/** What a rotation breaks, and what it can't prove. */
export function warningsOf(
  services: readonly Service[],
  holders: readonly Holder[],
  steps: readonly PlannedStep[],
  { name, compromised, owner, unpromoted }: RotationQuestion & Warned,
): readonly Finding[] {
  const swap = steps.find(({ phase }) => phase === "swap");
  const refusing = holders.filter(({ role, slots }) => role !== "presents" && !takesTwo(slots));
  const unproved = services.filter(({ verifies, verifying }) => {
    return verifies.includes(name) && verifying.get(name)?.probe === undefined;
  });
  const unseen = services.filter(({ verifies, verifying }) => {
    return verifies.includes(name) && verifying.get(name)?.report === undefined;
  });
  const names = (list: readonly { readonly base: string }[]) => [...new Set(list.map(({ base }) => base))].join(", ");
  return [
    ...(swap !== undefined && owner?.overlap === false ? [alone(owner.where, swap)] : []),
    ...(owner?.promotedBehind === undefined ? [] : [promotion(owner.where, owner.promotedBehind, { steps, name })]),
    ...(unpromoted === undefined ? [] : [unpromotedValue(unpromoted, name)]),
    ...(swap === undefined || owner?.overlap === false
      ? []
      : [
          warn(
            "window",
            compromised
              ? `calls between ${swap.services.join(", ")} fail while they change, about ${seconds(swap.takes)}: a compromised value gets no overlap`
              : `${refusing.map(({ service }) => service).join(", ")} can't take two values: calls to it fail for about ${seconds(swap.takes)}`,
            compromised
              ? "only without --compromised do calls go on, and whoever else knows the value has it until the end"
              : `teach it to: \`@accepts=${name}_PREVIOUS\` in its .env.example, docs/rotation.md`,
          ),
        ]),
    ...(unproved.length === 0
      ? []
      : [
          warn(
            "no-probe",
            `no call proves that ${names(unproved)} takes the value: only processes and health checks are looked at`,
            `\`verifies: { ${name}: { probe: … } }\` in keyturn.yaml, docs/rotation.md`,
          ),
        ]),
    ...(unseen.length === 0
      ? []
      : [
          warn(
            "no-report",
            `${names(unseen)} does not report which value it is shown: a caller that nobody named would be missed`,
            `\`verifies: { ${name}: { report: … } }\` in keyturn.yaml, docs/rotation.md`,
          ),
        ]),
    ...followingWarnings(services, holders, { name, steps }),
  ];
}

function alone(where: string, { services, takes }: PlannedStep): Finding {
  const message = `${where} takes one value alone: new connections of ${services.join(", ")} are refused for about ${seconds(takes)}`;
  return warn(
    "window",
    message,
    "choose a quiet time; two PostgreSQL roles in turn have no such gap, docs/rotation.md",
  );
}

function promotion(
  where: string,
  behind: number,
  { steps, name }: { readonly steps: readonly PlannedStep[]; readonly name: string },
): Finding {
  const message = `${where} promotes the new value behind step ${behind}, and refuses the one before from then on`;
  const taught = "what verifies its webhooks takes both until then, docs/rotation.md";
  const untaught = `what verifies its webhooks refuses them until then: \`@accepts=${name}_SECONDARY\`, docs/rotation.md`;
  return warn("promotion", message, behind === steps.length ? untaught : taught);
}

/** Of a pair, who has a grant for one of the two alone gets neither of the new ones. */
export function pairWarnings(
  services: readonly Service[],
  holders: readonly Holder[],
  versions: readonly Version[],
): readonly Finding[] {
  const names = versions.map(({ name }) => name);
  const declares = ({ contract }: Service): boolean => contract.variables.some(({ name }) => names.includes(name));
  const left = services.filter((service) => {
    return declares(service) && !holders.some((one) => one.service === service.base && one.root);
  });
  const said = [...new Set(left.map(({ base }) => base))];
  return said.map((service) =>
    warn(
      "pair-ungranted",
      `${service} has not the grants for both ${names.join(" and ")}, and is left out`,
      `\`keyturn grant ${service} NAME\` gives it, \`keyturn grants\` shows what it has`,
    ),
  );
}

function unpromotedValue(where: string, name: string): Finding {
  const message = `${where} promotes nothing for a value that is given: promote it there before, and calls and webhooks fail from then until each service has it`;
  const hint = `\`keyturn rotate ${name}\` without --value has one made, and promoted when every service takes both: nothing fails`;
  return warn("not-promoted", message, hint);
}

/** The next apply takes values over from there first. */
export function sourceWarnings({ sources }: Platform, { name, origin }: Version): readonly Finding[] {
  if (sources.every(({ kind }) => kind === "store") || ["prompt", "stdin", "generated"].includes(origin)) return [];
  const message = `${name} came from ${origin}, which would bring the old value again: the next apply refuses it`;
  return [warn("source", message, `take ${name} out of it before that`)];
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}

function warn(code: string, message: string, hint: string): Finding {
  return { severity: "warning", code, message, hint };
}
