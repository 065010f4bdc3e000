/** `version 3, holders api, web`: what an entry says beside who, what and when. */
export function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name} ${wordOf(value)}`)
    .join(", ");
}

function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((one) => wordOf(one)).join(", ");
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return String(value);
}
