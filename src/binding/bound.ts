import type { Variable } from "#contract";
import type { Sensitive } from "#kernel";
import type { NewBinding } from "#store";

/** One variable of one target with the value it gets and where that comes from. */
export interface BoundVariable extends NewBinding {
  readonly variable: Variable;
  readonly value: Sensitive;
}

/**
 * A stored value of a file variable is the content of a file of its own, and the variable holds that file's path. Text
 * of manifest and contract is a path already, of something that is on the machine anyway.
 */
export function isFileContent({ variable, origin }: Pick<BoundVariable, "variable" | "origin">): boolean {
  return variable.type.kind === "file" && origin === "store";
}
