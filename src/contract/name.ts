/** Letters, digits and `_`, not beginning with a digit: what every consumer of an environment accepts; at most 200 of them. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;

export function isVariableName(text: string): boolean {
  return variableName.test(text);
}
