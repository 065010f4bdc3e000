import type { Output } from "../terminal.ts";
import { drawView } from "./draw-view.ts";
import { belongsInLog, logLine } from "./log-line.ts";
import { writeTimed, type Show } from "./show.ts";
import { idle } from "./view.ts";

/** Ten drawings a second at most. Milliseconds. */
const shortest = 100;
/** The clock goes on, and what was too short to show becomes long. Milliseconds. */
const longest = { look: 500, preparation: 1000, rollout: 1000 };

/** In place, at the end of the terminal; above it what belongs in the log. */
export function showDrawn(output: Output, elapsed: () => number): Show {
  let seen = idle;
  let drawnAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const drawIn = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(draw, ms).unref();
  };
  const draw = (): void => {
    clearTimeout(timer);
    drawnAt = elapsed();
    output.draw(drawView(seen, output, drawnAt));
    if (seen.kind !== "idle") drawIn(longest[seen.kind]);
  };
  const stopListening = output.onResize(draw);
  return {
    tell: (event, view, at) => {
      seen = view;
      if (belongsInLog(event)) writeTimed(output, at, logLine(event, output.color));
      const wait = drawnAt + shortest - at;
      // nothing may stand there when someone is asked
      if (view.kind === "idle" || wait <= 0) draw();
      else drawIn(wait);
    },
    end: () => {
      stopListening();
      seen = idle;
      draw();
    },
  };
}
