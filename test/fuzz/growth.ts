export type Growth =
  | { readonly kind: "as-the-text" }
  | { readonly kind: "faster-than-the-text"; readonly length: number; readonly long: number; readonly short: number };

/** No file that is read is larger. */
const longest = 512 * 1024;
/** what is worth measuring, ms: shorter times are noise */
const floor = 200;

/**
 * How a reader's time grows with its text. The text is doubled until the time counts; then four times the text may take
 * ten times the time of a quarter, which is far from the square (16) and far from chance.
 */
export function growth(read: (text: string) => unknown, text: (length: number) => string): Growth {
  for (let length = 4096; length <= longest; length *= 2) {
    const whole = text(length);
    if (timeOf(read, whole) < floor) continue;
    const long = least(read, whole);
    if (long < floor) continue;
    const short = least(read, text(length / 4));
    return long > 10 * Math.max(short, floor / 20)
      ? { kind: "faster-than-the-text", length, long, short }
      : { kind: "as-the-text" };
  }
  return { kind: "as-the-text" };
}

function least(read: (text: string) => unknown, text: string): number {
  return Math.min(...[1, 2, 3].map(() => timeOf(read, text)));
}

function timeOf(read: (text: string) => unknown, text: string): number {
  const begin = ownTime();
  try {
    read(text);
  } catch {
    // refused is fine
  }
  return ownTime() - begin;
}

/** Milliseconds that this thread has computed: what others do on the machine does not count. */
export function ownTime(): number {
  return process.threadCpuUsage().user / 1000;
}
