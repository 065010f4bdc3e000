import type { ProgressEvent } from "#operation";
import type { Output } from "../terminal.ts";
import type { ProgressView } from "./view.ts";

/** One way to show long work. */
export interface Show {
  /** what happened, where things are behind it, and when: milliseconds since the beginning */
  tell(event: ProgressEvent, view: ProgressView, at: number): void;
  /** ends it; may be called once */
  end(): void;
}

/** A line that stays, with the seconds since the beginning; nothing where there is no text. */
export function writeTimed(output: Output, at: number, text: string | undefined): void {
  if (text === undefined) return;
  const seconds = (at / 1000).toFixed(1).padStart(6);
  output.write(`${output.color.dim(`${seconds}s`)}  ${text}\n`);
}
