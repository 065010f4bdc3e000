import type { Difference } from "#plan";

/** A clause of its own, without the target's name: `the file is missing`. */
export function describe(difference: Difference): string {
  switch (difference.kind) {
    case "no-release":
      return "no release was ever delivered there";
    case "other-release":
      return `it has ${difference.found}, and the store wants other content`;
    case "release-unproved":
      return `the rollout of ${difference.found} failed there or was cut short`;
    case "file-missing":
      return "the file is missing";
    case "file-edited":
      return "the file was edited on the host";
    case "file-foreign":
      return `the file has ${some(difference.names)}, which the store does not give: an apply takes that away`;
    case "file-old":
      return "the file is that of the release before";
    case "file-owner":
      return `the file belongs to ${difference.found}, expected ${difference.expected}`;
    case "file-mode":
      return `the file has mode ${difference.found}, expected ${difference.expected}`;
    case "instance-missing":
      return `${unitText([difference.unit])} does not exist on the host`;
    case "instance-down":
      return `${unitText([difference.unit])} is ${difference.state}`;
    case "process-stale":
      return `${unitText([difference.unit])} still runs with the release before`;
    case "process-different":
      return `${unitText([difference.unit])} runs with other values for ${difference.names.join(", ")}`;
    case "process-unknown":
      return `what ${unitText([difference.unit])} runs with can't be read`;
    case "process-older":
      return `${unitText(difference.units)} started before another hand wrote the file, and would read that next time`;
    case "unit-reads-other": {
      const found = difference.found.length === 0 ? "no environment file" : some(difference.found);
      return `the environment of ${unitText(difference.units)} comes from ${found}, expected ${difference.expected}`;
    }
    case "variable-shadowed":
      return describeShadow(difference);
    case "leftover":
      return "a run that was killed left files behind";
    case "previous-retired":
      return `it keeps ${difference.found} from before, whose ${difference.names.join(", ")} was retired`;
    case "asked":
      return "it was asked to start anew";
    case "unreachable":
      return difference.message;
    case "excluded":
      return "it is excluded in the manifest, and catches up later";
  }
}

function describeShadow({ units, place, wins, path, names }: Difference & { kind: "variable-shadowed" }): string {
  const [unit, all] = [unitText(units), some(names)];
  const where = `${place === "unit" ? "Environment= in " : ""}${path ?? "a place that can't be shown"}`;
  switch (wins) {
    case "ours":
      return `${where} sets ${all} as well; ours wins in ${unit}`;
    case "theirs":
      return `${where} sets ${all} as well, and wins over ours in ${unit}`;
    case "unknown":
      return `${where} sets ${all} as well, for ${unit} if the service reads such files itself`;
  }
}

/** `voxcore@{1,2,3}.service`, which a shell understands as well; the only local process of a service has no name. */
export function unitText(units: readonly string[]): string {
  const parts = units.map((unit) => /^([^@]+@)(.+)(\.[a-z]+)$/.exec(unit) ?? [unit, unit, "", ""]);
  const groups = Map.groupBy(parts, ([, before = "", , after = ""]) => `${before}%${after}`);
  const told = [...groups].map(([shape, same]) => {
    const names = same.map(([, , name = ""]) => name).join(",");
    return shape.replace("%", () => (same.length > 1 ? `{${names}}` : names)) || "the process";
  });
  return told.join(", ");
}

const shown = 6;

/** Enough of them to know the place; `--json` has the plan with all. */
function some(names: readonly string[]): string {
  const more = names.length - shown;
  return more > 1 ? `${names.slice(0, shown).join(", ")} and ${more} more` : names.join(", ");
}
