import type { RotationWindow } from "#contract";

/** One time that a window has, in milliseconds since the epoch. */
export interface Opening {
  readonly from: number;
  readonly until: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * The opening that holds at this moment, or else the next one. By the clock on the wall: on the day on which that jumps over an
 * hour, a window that has nothing but that hour has no opening.
 */
export function nextOpening(window: RotationWindow, now: number): Opening {
  const wall = wallClock(window.zone);
  const today = Math.floor(wall(now) / day) * day;
  const until = window.until > window.from ? window.until : window.until + 24 * 60;
  // the one of yesterday may run into today, and a week may have none where the clock jumps
  for (let date = today - day; date <= today + 15 * day; date += day) {
    if (!window.days.includes(new Date(date).getUTCDay())) continue;
    const opening = {
      from: instantOf(date + window.from * minute, wall),
      until: instantOf(date + until * minute, wall),
    };
    if (opening.until > now && opening.until > opening.from) return opening;
  }
  throw new RangeError("a window that never opens");
}

/** What a clock on the wall shows at a moment, as if its zone were UTC. */
type WallClock = (at: number) => number;

/**
 * When a clock on the wall shows this. What it shows twice is meant the first time; what it leaves out is the moment at which it
 * jumps.
 */
function instantOf(shown: number, wall: WallClock): number {
  const [before = 0, behind = 0] = [shown - day, shown + day].map((at) => wall(at) - at);
  const moments = [shown - before, shown - behind].filter((at) => wall(at) === shown);
  if (moments.length > 0) return Math.min(...moments);
  return jumpBetween(shown - Math.max(before, behind), shown - Math.min(before, behind), wall);
}

/** The first minute at which the clock is another one than at the beginning. */
function jumpBetween(low: number, high: number, wall: WallClock): number {
  const offset = wall(low) - low;
  let [same, other] = [low, high];
  while (other - same > minute) {
    const middle = Math.floor((same + other) / 2 / minute) * minute;
    if (wall(middle) - middle === offset) same = middle;
    else other = middle;
  }
  return other;
}

function wallClock(timeZone: string): WallClock {
  const numeric = Object.fromEntries(fields.map((field) => [field, "numeric"]));
  const format = new Intl.DateTimeFormat("en-US", { ...numeric, timeZone, hourCycle: "h23", calendar: "gregory" });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 1, date = 1, hour = 0, minutes = 0, seconds = 0] = fields.map((field) => parts.get(field));
    return Date.UTC(year, month - 1, date, hour, minutes, seconds);
  };
}

const fields = ["year", "month", "day", "hour", "minute", "second"] as const;
