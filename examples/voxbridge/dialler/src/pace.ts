const tick = 5;

/**
 * Does the work so many times a second, evenly; `mayBegin` holds it back. What was held back is not made up for, so a rate
 * that is out of reach means as fast as it goes. Gives back what ends it.
 */
export function startPace(perSecond: () => number, mayBegin: () => boolean, work: () => void): () => void {
  let owed = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    owed += ((now - last) * perSecond()) / 1000;
    last = now;
    for (; owed >= 1 && mayBegin(); owed -= 1) work();
    owed = Math.min(owed, 1);
  }, tick);
  return () => clearInterval(timer);
}
