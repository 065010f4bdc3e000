/** Ids of some objects. */
export type Slice = readonly string[];

/** What one git was asked for, in the order in which it answers. */
export interface AskedObjects {
  /** as git reads them, until there are none */
  lines(): AsyncGenerator<string>;
  /** the next one was */
  answered(): void;
  /** those that were not, once git has ended */
  left(): Promise<Slice>;
}

/** These, and then from slice to slice. Whoever ends leaves what is shared to the others. */
export function askedObjects(first: Slice, slices: AsyncGenerator<Slice>): AskedObjects {
  const waiting: Slice[] = [first];
  let answered = 0;
  // one that is being got when git ends is among those that are left
  let getting: Promise<Slice | undefined> | undefined;
  const get = async (): Promise<Slice | undefined> => {
    const next = await slices.next();
    if (next.done === true) return undefined;
    waiting.push(next.value);
    return next.value;
  };
  return {
    lines: async function* () {
      for (let slice: Slice | undefined = first; slice !== undefined; slice = await (getting = get())) {
        yield `${slice.join("\n")}\n`;
      }
    },
    answered: () => {
      answered += 1;
      if (answered < (waiting[0]?.length ?? 0)) return;
      waiting.shift();
      answered = 0;
    },
    left: async () => {
      await getting;
      return waiting.flat().slice(answered);
    },
  };
}
