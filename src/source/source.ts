import type { Finding, Sensitive } from "#kernel";

export interface SourceValue {
  readonly name: string;
  readonly value: Sensitive;
  /** `environment`, `file:PATH`, or what the store says */
  readonly origin: string;
}

/** What one source holds of the names asked for. A name that is absent or empty there is not in `values`. */
export interface SourceReading {
  /** `store`, `environment`, `file:PATH`, `files:FOLDER` */
  readonly label: string;
  readonly values: readonly SourceValue[];
  /** an error here means that a value is there and can't be used: go no further */
  readonly findings: readonly Finding[];
}

/** All that a source needs from outside; nothing is read from the process itself. */
export interface SourceContext {
  /** the only names ever looked at; each must be a variable's name */
  readonly names: readonly string[];
  /** the process environment, handed in */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** relative paths begin here */
  readonly folder: string;
  /** reads a dotenv file's grammar; of a name given twice the last entry counts */
  readonly readDotenv: (bytes: Uint8Array) => {
    readonly entries: readonly { readonly name: string; readonly value: Sensitive }[];
    readonly findings: readonly Finding[];
  };
  /** The store's values of these names; absent ones are left out. Needed for a `store` entry only. */
  readonly readStore?: (names: readonly string[]) => Promise<readonly SourceValue[]>;
}
