import type { Clock, Sensitive } from "#kernel";
import type { Egress } from "#provider";

/** What an issuer works with. */
export interface Means {
  readonly egress: Egress;
  readonly clock: Clock;
  /** writes down at once what a later try of this intent has to know; no value */
  readonly note: (id: string, noted: string) => Promise<void>;
  /** one of the store that an entry names; asked for when something is done */
  readonly value: (name: string) => Promise<Sensitive>;
  /** of the manifest: where commands are started */
  readonly folder: string;
  /** the environment that they have, without values of the store */
  readonly variables: Readonly<Record<string, string>>;
  /** name of the platform's environment */
  readonly environment: string;
}
