import { createConnectionLimit, type ConnectionLimit } from "../connection-limit.ts";

/** Bounds how many connections go through each jump host at once, over all machines behind it. */
export interface JumpSeats {
  /** For one machine that is reached through all of these; `end` ends the connection that its calls share. */
  through(jumps: readonly string[], end: () => Promise<void>): ConnectionLimit;
}

/** A connection that is kept open for a machine's next call has a seat as well, until another machine needs it. */
export function createJumpSeats(size = 8): JumpSeats {
  const rows = new Map<string, Row>();
  const rowOf = (jump: string): Row => {
    const row = rows.get(jump) ?? createRow(size);
    rows.set(jump, row);
    return row;
  };
  return {
    through(jumps, end) {
      // everyone takes them in the same order, so that nobody waits for one who waits for him
      const limits = [...new Set(jumps)].toSorted().map((jump) => rowOf(jump)(end));
      return (work) => limits.reduceRight<typeof work>((inner, limit) => () => limit(inner), work)();
    },
  };
}

/** The seats at one jump host. */
type Row = (end: () => Promise<void>) => ConnectionLimit;

interface Machine {
  /** under way; with none, its connection is only kept */
  calls: number;
  ending: Promise<void>;
  readonly end: () => Promise<void>;
}

function createRow(size: number): Row {
  const limit = createConnectionLimit(size);
  /** the longest unused first */
  const seated = new Set<Machine>();
  const makeRoom = async () => {
    const taken = [...seated].reduce((sum, { calls }) => sum + Math.max(calls, 1), 0);
    const unused = [...seated].find(({ calls }) => calls === 0);
    if (taken <= size || unused === undefined) return;
    seated.delete(unused);
    unused.ending = unused.end();
    await unused.ending;
  };
  return (end) => {
    const machine: Machine = { calls: 0, ending: Promise.resolve(), end };
    return (work) =>
      limit(async () => {
        machine.calls += 1;
        seated.add(machine);
        try {
          await Promise.all([machine.ending, makeRoom()]);
          return await work();
        } finally {
          machine.calls -= 1;
          seated.delete(machine);
          seated.add(machine);
        }
      });
  };
}
