import type { Timing } from "./race.ts";

/** One thing that is measured. Files in `suite/` are loaded when their turn comes. */
export interface Benchmark {
  /** a word for `npm run bench -- NAME` */
  readonly name: string;
  /** a heading of the table */
  readonly title: string;
  /** below the table in docs/performance.md: how it was measured, and where a figure is missed, why. Markdown. */
  readonly about: string;
  /** real hosts, so Debian and root: twenty bare ones, or those of the example platform */
  readonly hosts?: BenchHosts;
  measure(bench: Bench): Promise<readonly Row[]>;
}

export type BenchHosts = "bare" | "platform";

/** What a benchmark works with. */
export interface Bench {
  /** an empty folder of its own, removed when the run ends */
  readonly folder: string;
  /** the built command as it is published: arguments for Node */
  readonly keyturn: string;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A line of the table: something measured, something asked for, or both. */
export interface Row {
  readonly what: string;
  readonly timing?: Pick<Timing, "min" | "median">;
  /** another figure than a time: memory, a rate */
  readonly figure?: string;
  readonly claim?: Claim;
}

export interface Claim {
  readonly asked: string;
  readonly got: string;
  readonly met: boolean;
}
