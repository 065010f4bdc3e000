/** A place where all wait for each other. */
export interface Gathering {
  /** once per member; true for everyone when all have come with true, and false as soon as one has not */
  arrive(ready: boolean): Promise<boolean>;
}

export function gatherAll(members: number): Gathering {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let waitedFor = members;
  return {
    async arrive(ready) {
      waitedFor -= 1;
      if (!ready) resolve(false);
      else if (waitedFor === 0) resolve(true);
      return promise;
    },
  };
}
