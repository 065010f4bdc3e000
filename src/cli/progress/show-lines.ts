import type { Output } from "../terminal.ts";
import { logLine } from "./log-line.ts";
import { writeTimed, type Show } from "./show.ts";
import { idle } from "./view.ts";
import { waitLine } from "./wait-line.ts";

/** How often it is looked at what takes long. Milliseconds. */
const interval = 1000;

/** Line by line, each when something happened, and now and then what is waited for. */
export function showLines(output: Output, elapsed: () => number): Show {
  let seen = idle;
  let before = elapsed();
  const timer = setInterval(() => {
    const now = elapsed();
    const line = waitLine(seen, before, now);
    before = now;
    writeTimed(output, now, line === undefined ? undefined : output.color.dim(line));
  }, interval).unref();
  return {
    tell: (event, view, at) => {
      seen = view;
      writeTimed(output, at, logLine(event, output.color));
    },
    end: () => clearInterval(timer),
  };
}
