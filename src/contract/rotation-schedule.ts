/** When a secret is to be rotated, by the manifest. */
export interface RotationSchedule {
  /** how old a value may get, milliseconds */
  readonly every: number;
  /** when it may happen; at any time where absent */
  readonly window?: RotationWindow;
  /** who does it: the server by itself, or a person who is reminded */
  readonly by: "keyturn" | "person";
}

/** A time of the week, by the clock on the wall of its zone. */
export interface RotationWindow {
  /** 0 (Sunday) to 6, the days on which it begins */
  readonly days: readonly number[];
  /** minutes from midnight; `until` may be 24:00, and before `from` it is on the next day */
  readonly from: number;
  readonly until: number;
  /** of the IANA database */
  readonly zone: string;
}
