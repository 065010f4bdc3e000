/** One row of the area, without a line break; `width` in columns. */
export interface DrawnLine {
  readonly text: string;
  readonly width: number;
}

export interface LiveArea {
  /** above the area, to stay; whole lines */
  write(text: string): void;
  /** in place of what was drawn before; no lines take the area away */
  draw(lines: readonly DrawnLine[]): void;
}

/**
 * Lines at the end of a terminal that are drawn over and over. The cursor waits, hidden, at the beginning of the last
 * one: there a `^C` that the terminal echoes breaks no row, and goes with the next drawing. The area is taken away and
 * the cursor shown however the command ends, and while it is suspended.
 */
export function openLiveArea(stream: NodeJS.WriteStream, columns: () => number): LiveArea {
  let drawn: readonly DrawnLine[] = [];
  const paint = (above: string, lines: readonly DrawnLine[]): void => {
    const kept = above === "" ? "" : `${eraseDown}${above}`;
    const body = lines.map(({ text }) => `${text}${eraseRight}`).join("\n");
    stream.write(`${upFrom(drawn, columns())}${kept}${body}${eraseDown}\r`);
    drawn = lines;
  };
  const open = (): void => {
    stream.write(hideCursor);
    process.on("exit", close).on("SIGTSTP", suspend);
  };
  const close = (): void => {
    process.off("exit", close).off("SIGTSTP", suspend);
    paint("", []);
    stream.write(showCursor);
  };
  const suspend = (): void => {
    close();
    process.kill(process.pid, "SIGSTOP");
  };
  return {
    write: (text) => {
      if (drawn.length === 0) stream.write(text);
      else paint(text, drawn);
    },
    draw: (lines) => {
      if (lines.length === 0) return drawn.length === 0 ? undefined : close();
      if (drawn.length === 0) open();
      paint("", lines);
    },
  };
}

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const eraseRight = "\u001b[K";
const eraseDown = "\u001b[J";

/** To the first row of what is drawn. A terminal that has become narrower folds its lines. */
function upFrom(drawn: readonly DrawnLine[], columns: number): string {
  const rows = drawn.slice(0, -1).reduce((sum, { width }) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  return rows === 0 ? "\r" : `\r\u001b[${rows}A`;
}
