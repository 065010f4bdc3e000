import type { Finding, Fingerprint } from "#kernel";
import type { Issuer } from "#issuer";
import type { Holder } from "#rotation";
import type { RotationPhase, Scope } from "#store";

export interface RotationQuestion {
  /** of a pair either of the two; a plan goes by the one that the manifest says it of */
  readonly name: string;
  readonly scope: Scope;
  /** somebody else may know the value */
  readonly compromised: boolean;
}

/** What a rotation would do, before anything happens. Fingerprints only. */
export interface RotationPlan extends RotationQuestion {
  readonly from: { readonly number: number; readonly fingerprint: Fingerprint };
  /** the other name of a pair, which changes in the same steps */
  readonly companion?: {
    readonly name: string;
    readonly from: { readonly number: number; readonly fingerprint: Fingerprint };
  };
  /** the names that nothing makes a value of: a person gives it, of a pair both; absent where it can be made */
  readonly unmade?: readonly string[];
  /** it is being rotated already: that rotation becomes an emergency from where it is, with the value that it has */
  readonly open?: { readonly rotation: string; readonly step: number; readonly of: number };
  /** empty where no service has it: nothing restarts then, and there are no steps */
  readonly holders: readonly Holder[];
  readonly steps: readonly PlannedStep[];
  /** what another system does for it; absent where the value is random or given */
  readonly issuer?: PlannedIssuer;
  /** an estimate of the whole, milliseconds: restarts as they were lately, soaks, quiet times, and the overlap */
  readonly atLeast: number;
  /** what it breaks, and what it can't prove */
  readonly warnings: readonly Finding[];
}

export interface PlannedIssuer extends Pick<Issuer, "does" | "where" | "overlap"> {
  /** number of the step behind which the new value is promoted there: the old one ends with that */
  readonly promotedBehind?: number;
}

export interface PlannedStep {
  readonly phase: RotationPhase;
  readonly services: readonly string[];
  /** hosts, each restarted as often as it has instances */
  readonly targets: readonly string[];
  readonly restarts: number;
  /** an estimate, milliseconds */
  readonly takes: number;
}
