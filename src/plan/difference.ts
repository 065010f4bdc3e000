import type { InstanceState, Shadow } from "./observed.ts";

/** One way in which a target is not as it should be. `plan` turns them into steps, `drift` into findings. */
export type Difference =
  /** the machine was never given a release, or its record is gone */
  | { readonly kind: "no-release" }
  /** the machine's release has other content than the one wanted */
  | { readonly kind: "other-release"; readonly found: string }
  /** has the content wanted, but the rollout that brought it failed there or was cut short */
  | { readonly kind: "release-unproved"; readonly found: string }
  | { readonly kind: "file-missing" }
  | { readonly kind: "file-edited" }
  /** the edited file has variables that no release gave it */
  | { readonly kind: "file-foreign"; readonly names: readonly string[] }
  | { readonly kind: "file-old" }
  | { readonly kind: "file-owner"; readonly found: string; readonly expected: string }
  | { readonly kind: "file-mode"; readonly found: string; readonly expected: string }
  | { readonly kind: "instance-missing"; readonly instance: string; readonly unit: string }
  | {
      readonly kind: "instance-down";
      readonly instance: string;
      readonly unit: string;
      readonly state: InstanceState["state"];
    }
  /** runs, but with the environment of an earlier release */
  | { readonly kind: "process-stale"; readonly instance: string; readonly unit: string }
  /** runs with values that no release gave it */
  | {
      readonly kind: "process-different";
      readonly instance: string;
      readonly unit: string;
      readonly names: readonly string[];
    }
  | { readonly kind: "process-unknown"; readonly instance: string; readonly unit: string }
  /** another hand wrote the file after it was started */
  | { readonly kind: "process-older"; readonly units: readonly string[] }
  | {
      readonly kind: "unit-reads-other";
      readonly units: readonly string[];
      readonly found: readonly string[];
      readonly expected: string;
      /** the unit's own file that says so */
      readonly saidIn?: string;
    }
  /** another place sets variables of the release too */
  | ({ readonly kind: "variable-shadowed"; readonly units: readonly string[]; readonly place: Shadow["kind"] } & Omit<
      Shadow,
      "kind"
    >)
  /** a run that was killed left a staged or half-written file there, which holds values */
  | { readonly kind: "leftover" }
  /** the release before, which it keeps for a way back, holds values that were retired since */
  | { readonly kind: "previous-retired"; readonly found: string; readonly names: readonly string[] }
  /** nothing is wrong: someone wants it to start anew */
  | { readonly kind: "asked" }
  | { readonly kind: "unreachable"; readonly code: string; readonly message: string; readonly hint?: string }
  | { readonly kind: "excluded" };

export type DifferenceKind = Difference["kind"];

/**
 * Who puts it right: an apply, or a person, because it lies in a unit or a file that Keyturn never writes. What can't be
 * looked at is nobody's yet.
 */
export const mends: Readonly<Record<DifferenceKind, "apply" | "person" | "nobody">> = {
  "no-release": "apply",
  "other-release": "apply",
  "release-unproved": "apply",
  "file-missing": "apply",
  "file-edited": "apply",
  "file-foreign": "apply",
  "file-old": "apply",
  "file-owner": "apply",
  "file-mode": "apply",
  "instance-missing": "apply",
  "instance-down": "apply",
  "process-stale": "apply",
  "process-different": "apply",
  "process-unknown": "apply",
  "process-older": "apply",
  "unit-reads-other": "person",
  "variable-shadowed": "person",
  leftover: "apply",
  "previous-retired": "apply",
  asked: "apply",
  unreachable: "nobody",
  excluded: "nobody",
};
