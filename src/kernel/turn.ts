/** What is looked at once in a turn of the event loop. */
export interface TurnLook<T> {
  readonly look: () => T;
  /** the next look is a new one, in this turn as well: we have changed it ourselves */
  readonly forget: () => void;
}

/**
 * Whatever reached this process in a turn was sent before the turn began to hand it out, so that for all of it one look is as
 * good as many.
 */
export function oncePerTurn<T>(look: () => T): TurnLook<T> {
  let seen: { readonly value: T } | undefined;
  const forget = (): void => {
    seen = undefined;
  };
  const lookOnce = (): T => {
    if (seen === undefined) {
      seen = { value: look() };
      setImmediate(forget);
    }
    return seen.value;
  };
  return { look: lookOnce, forget };
}
