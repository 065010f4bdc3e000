/** One document. Values are `Sensitive` and come out as `[redacted]`, should one ever be in it. */
export function renderJson(result: unknown): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
