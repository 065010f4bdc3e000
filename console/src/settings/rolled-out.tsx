import { Notice } from "../element/notice.tsx";
import { RolloutView } from "../rollout/rollout-view.tsx";

/** What came of a save: how it goes out, whether or not anybody looks. */
export function RolledOut({ rollout }: { readonly rollout: string | undefined }) {
  if (rollout === undefined) {
    return (
      <Notice tone="good" title="Saved">
        No runtime had to change.
      </Notice>
    );
  }
  return (
    <>
      <p className="text-sm text-quiet">
        You may close this at any time: the rollout goes on by itself, and stands under Rollouts.
      </p>
      <RolloutView id={rollout} />
    </>
  );
}
