import { formatPosition } from "#kernel";
import type { Candidate, ExplainedTarget, Explanation } from "#operation";
import type { Colors } from "../terminal.ts";
import { scopeText } from "./scope.ts";

/** Targets with the same story are told together. */
export function renderExplanation({ name, targets, sources }: Explanation, color: Colors): string {
  const stories = Map.groupBy(targets, (target) => `${target.service}\n${story(name, target, color)}`);
  const parts = [...stories].map(([key, same]) => {
    const title = `${same[0]?.service ?? ""} on ${same.map(({ host }) => host).join(", ")}`;
    return `${color.bold(title)}\n${key.slice(key.indexOf("\n") + 1)}`;
  });
  const others = sources.map(({ label, fingerprint }) => `  also in ${label}  ${color.dim(fingerprint)}\n`);
  const note =
    others.length === 0 ? "" : `sources of the manifest, taken over by \`apply --source\`\n${others.join("")}`;
  return [...parts, ...(note === "" ? [] : [note])].join("\n");
}

function story(name: string, { service, winner, shadowed, grants, contract }: ExplainedTarget, color: Colors): string {
  const lines = [winner === undefined ? unstoredText(contract) : `gets ${candidateText(winner, color)}`];
  lines.push(...shadowed.map((one) => `${passedOver(one)} ${candidateText(one, color)}`));
  const kind = contract.sensitive ? "sensitive" : "public";
  const wish = contract.active ? requirementText(contract.requirement) : "optional, commented out";
  lines.push(
    ...grantLines(name, { service, shadowed, grants }),
    `declared ${wish}, ${kind}, at ${formatPosition(contract.position)}`,
  );
  return lines.map((line) => `  ${line}\n`).join("");
}

/** What follows from something else has no value of its own. */
function unstoredText({ derive }: Pick<ExplainedTarget["contract"], "derive">): string {
  switch (derive?.kind) {
    case undefined:
      return "has no value";
    case "user":
      return "is the user's id";
    case "jwt":
      return `is signed with ${derive.root}, and changes with it`;
    case "key-map":
      return `is made of ${derive.key} and ${derive.root}, and changes with them`;
    case "hkdf":
    case "hmac":
      return `follows from ${derive.root} for each user, and changes with it`;
  }
}

/** Text of manifest and contract needs none. */
function grantLines(
  name: string,
  { service, shadowed, grants }: Pick<ExplainedTarget, "service" | "shadowed" | "grants">,
): readonly string[] {
  if (grants.length > 0) return [`grants: ${grants.join(", ")}`];
  return shadowed.some(({ kind }) => kind === "store") ? [`no grant: keyturn grant ${service} ${name}`] : [];
}

function passedOver({ because }: Candidate): string {
  if (because === undefined) return "instead of";
  return because === "no-grant" ? "not, for want of a grant," : "not, since it can't be opened,";
}

function candidateText({ kind, scope, version, origin, fingerprint, position }: Candidate, color: Colors): string {
  const mark = fingerprint === undefined ? "" : `  ${color.dim(fingerprint)}`;
  if (kind === "store") return `v${version ?? 0} of the store, ${scopeText(scope ?? {})}, from ${origin ?? ""}${mark}`;
  const where = position === undefined ? "" : ` (${formatPosition(position)})`;
  return `the ${kind}'s text${where}${mark}`;
}

function requirementText(requirement: ExplainedTarget["contract"]["requirement"]): string {
  switch (requirement.kind) {
    case "always":
      return "required";
    case "never":
      return "optional";
    case "if":
      return `required when ${requirement.name} is ${requirement.equals}`;
  }
}
