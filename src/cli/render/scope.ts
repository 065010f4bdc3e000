import { isoTime } from "#kernel";

/** Where a value applies, as people say it. */
export function scopeText({ service, host }: { readonly service?: string; readonly host?: string }): string {
  if (service === undefined && host === undefined) return "everywhere";
  if (host === undefined) return service ?? "";
  return `${service ?? ""}@${host}`;
}

/** `now`, `12m`, `5h`, `3d`, then the date: precise enough to see what is old. */
export function ageText(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h`;
  return minutes < 90 * 24 * 60 ? `${Math.floor(minutes / 1440)}d` : isoTime(at).slice(0, 10);
}
