/** Does work with a connection of its own, once one is free. */
export type ConnectionLimit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * At most `size` at once, first come first served. sshd's usual MaxStartups (10:30:100) refused 16 of 64 connections to
 * one machine at 32 in parallel, 8 in parallel lost none; its usual MaxSessions is 10 for calls that share a connection.
 */
export function createConnectionLimit(size = 8): ConnectionLimit {
  let free = size;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
