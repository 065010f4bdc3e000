import type { Command } from "../command.ts";

/** A verb in the list that `--help` shows; its file is loaded when it is called. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly group: "Set up" | "Values" | "Deliver" | "Look" | "Use" | "Keep";
  /** not shown: for programs */
  readonly hidden?: boolean;
  readonly load: () => Promise<{ readonly command: Command }>;
}
