import type { RotationWindow } from "../rotation-schedule.ts";

export const windowText = 'a time of the week, as "Sun 02:00-05:00 Europe/Berlin" or "Mon-Fri 22:00-04:00"';

/** Days, if not all; two times; and a zone, if it isn't UTC. */
const pattern =
  /^(?:([A-Za-z]{3}(?:[,-][A-Za-z]{3}){0,6}) )?((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)(?: ([A-Za-z][A-Za-z0-9_+/-]{0,60}))?$/;

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

export function isWindow(text: string): boolean {
  return readWindow(text) !== undefined;
}

/** undefined for what is none, has a day or a zone that nobody knows, or no length */
export function readWindow(text: string): RotationWindow | undefined {
  const [, named, from, until, zone = "UTC"] = pattern.exec(text) ?? [];
  if (from === undefined || until === undefined || from === until || !isZone(zone)) return undefined;
  const on = named === undefined ? days.map((_, index) => index) : daysOf(named);
  return on.includes(-1) ? undefined : { days: on, from: minutes(from), until: minutes(until), zone };
}

/** `sat,sun`, `mon-fri`, `fri-mon`; -1 for what is no day */
function daysOf(text: string): readonly number[] {
  return text.split(",").flatMap((part) => {
    const [first = -1, last = first, more] = part.split("-").map((day) => days.indexOf(day.toLowerCase()));
    if (first === -1 || last === -1 || more !== undefined) return [-1];
    const length = ((last - first + 7) % 7) + 1;
    return Array.from({ length }, (_, index) => (first + index) % 7);
  });
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
