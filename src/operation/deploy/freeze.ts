import type { FreezeWindow } from "#contract";

/** The window that holds at this moment. One that ends before it begins runs over midnight, into the next day. */
export function activeFreeze(windows: readonly FreezeWindow[], now: Date): FreezeWindow | undefined {
  const minute = now.getHours() * 60 + now.getMinutes();
  const today = now.getDay();
  const yesterday = (today + 6) % 7;
  return windows.find(({ days, from, until }) => {
    if (from <= until) return days.includes(today) && minute >= from && minute < until;
    return (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < until);
  });
}
