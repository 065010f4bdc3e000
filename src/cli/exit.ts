import { errorCodes } from "#kernel";
import type { ApplyResult, SettingRollout } from "#operation";

const outcomes = { done: 0, untouched: 1, returned: 1, stranded: 1, stopped: errorCodes.CANCELLED.exit } as const;

/** Of settings that were saved: 0 is that they run everywhere. */
export function settingExit({ outcome }: SettingRollout): number {
  return outcome === undefined ? 0 : outcomes[outcome.kind];
}

/** Exit code of whatever rolled out: 0 is that what was asked for is so. */
export function applyExit(result: ApplyResult): number {
  switch (result.kind) {
    case "nothing":
      return 0;
    case "cancelled":
      return errorCodes.CANCELLED.exit;
    case "rolled-out":
      return outcomes[result.outcome.kind];
    case "taken-back":
      return { ...outcomes, returned: 0, untouched: 0 }[result.outcome.kind];
  }
}
