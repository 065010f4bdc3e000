import type { Impact } from "../api/settings.ts";
import { Confirm } from "../element/confirm.tsx";
import { countText } from "./words.ts";

interface EmergencyProps {
  readonly impact: Impact;
  readonly disabled: boolean;
  readonly onConfirm: () => void;
}

/** For a key that is in the wrong hands: the old one must stop working now, whatever it costs. */
export function Emergency({ impact, disabled, onConfirm }: EmergencyProps) {
  return (
    <Confirm
      trigger="The key before is compromised…"
      disabled={disabled}
      title="Replace it everywhere now?"
      action="Replace everywhere now"
      onConfirm={onConfirm}
    >
      No runtime goes first and there are no waves: {countText(impact.runtimes, "runtime")} at once, and calls that are
      active may drop. The key before it counts as compromised and is never used again, so that nothing can go back to
      it. The audit says so.
    </Confirm>
  );
}
