const units = [
  { name: "day", ms: 86_400_000 },
  { name: "hour", ms: 3_600_000 },
  { name: "minute", ms: 60_000 },
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** `3 min. ago`; the clocks of the server and of this machine may differ by a little. */
export function ageText(ms: number): string {
  const unit = units.find((one) => ms >= one.ms);
  return unit === undefined ? "just now" : relative.format(-Math.floor(ms / unit.ms), unit.name);
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

/** `6 Dec 2026` */
export function dayText(at: number): string {
  return day.format(at);
}

export function momentText(at: number): string {
  return moment.format(at);
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`, `4 days` */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes >= 10 && minutes < 60) return `${minutes} min`;
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
