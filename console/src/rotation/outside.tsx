import type { Issuance, ListedRotation } from "../api/rotation.ts";
import { IssuanceNotice } from "./issuance-notice.tsx";
import { issuedEntry } from "./words.ts";

/** By whom the value was made, where that is another system, and what is left to do there. */
export function Outside({ rotation }: { readonly rotation: ListedRotation }) {
  const made = issuedEntry(rotation);
  return (
    <>
      {made !== undefined && (
        <p className="text-sm">
          The new value was made at {made.subject}: {made.detail}.
        </p>
      )}
      <Judged rotation={rotation} />
      <WaitingOutside rotations={[rotation]} unkept={[]} />
    </>
  );
}

/** What was found about a value that a person gave. */
function Judged({ rotation: { entries } }: { readonly rotation: ListedRotation }) {
  const judged = entries.filter(({ kind }) => kind === "judged");
  if (judged.length === 0) return null;
  return (
    <ul aria-label="The value that was given" className="grid gap-0.5 text-sm">
      {judged.map(({ seq, subject, detail }) => (
        <li key={seq} className="wrap-anywhere">
          {subject}: {detail}
        </li>
      ))}
    </ul>
  );
}

interface WaitingProps {
  readonly rotations: readonly ListedRotation[];
  /** begun outside, and come to no rotation */
  readonly unkept: readonly Issuance[];
}

/** Everything that is left to do at systems that make values. */
export function WaitingOutside({ rotations, unkept }: WaitingProps) {
  const revoked = rotations.flatMap(({ issuance, endedAt, startedAt }) => {
    return issuance === undefined || issuance.state === "issued" ? [] : [{ issuance, since: endedAt ?? startedAt }];
  });
  const begun = unkept.map((issuance) => ({ issuance, since: issuance.startedAt }));
  return [...begun, ...revoked].map(({ issuance, since }) => (
    <IssuanceNotice key={issuance.id} issuance={issuance} since={since} />
  ));
}
