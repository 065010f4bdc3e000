import type { Position } from "#kernel";

/** A name that a program, a unit or a compose file reads from its environment. */
export interface CodeUse {
  readonly name: string;
  readonly position: Position;
  /** `set` is a name that the file itself gives a value: it need not be in the example */
  readonly kind: "read" | "set";
}

/** A use before it has a place: offset in the text. */
export interface RawUse {
  readonly name: string;
  readonly offset: number;
  readonly kind: CodeUse["kind"];
}
