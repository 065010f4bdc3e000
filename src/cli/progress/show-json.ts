import type { Output } from "../terminal.ts";
import type { Show } from "./show.ts";

/** One object per line; `docs/events.md` has their shapes. */
export function showJson(output: Output): Show {
  return {
    tell: ({ kind, ...rest }, _view, elapsed) => {
      const head = { kind, at: new Date().toISOString(), elapsed: Math.round(elapsed) };
      output.write(`${JSON.stringify({ ...head, ...rest })}\n`);
    },
    end: () => undefined,
  };
}
