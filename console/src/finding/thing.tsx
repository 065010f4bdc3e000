import type { Finding } from "../api/finding.ts";
import { SecretLink } from "../secret/secret-link.tsx";
import { placeOf } from "../secret/selection.ts";
import { versionText } from "./words.ts";

interface ThingProps {
  readonly finding: Finding;
  readonly isVersioned?: boolean;
}

/** The secret, with a way to its page as long as there is one; or the format of what the store does not have. */
export function Thing({ finding, isVersioned = false }: ThingProps) {
  const { thing, version } = finding;
  if (thing.kind === "credential") return <span className="wrap-anywhere">{thing.format}</span>;
  const only = placeOf(thing.scope);
  return (
    <span className="wrap-anywhere">
      {version === undefined ? (
        <span className="font-mono text-sm">{thing.name}</span>
      ) : (
        <SecretLink name={thing.name} />
      )}
      {only !== "" && <span className="text-sm font-normal text-quiet"> only {only}</span>}
      {isVersioned && <span className="text-sm font-normal text-quiet"> {versionText(finding)}</span>}
    </span>
  );
}
