import { createColors } from "picocolors";
import { openLiveArea, type DrawnLine } from "./live-area.ts";

/**
 * Where output goes. Results are written to `out`, everything else (progress, questions, findings, errors) to `err`,
 * so that a pipe gets the result alone. Colours only on a terminal, and not with NO_COLOR or TERM=dumb.
 */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  /** someone can be asked */
  readonly interactive: boolean;
  readonly input: NodeJS.ReadStream;
}

export interface Output {
  write(text: string): void;
  /** resolves when the stream takes more; false when its reader has gone */
  writeBytes(bytes: Uint8Array): Promise<boolean>;
  /** a person looks at it: it can be drawn over */
  readonly live: boolean;
  /** below all that is written, in place of what was drawn before; only where it is `live` */
  draw(lines: readonly DrawnLine[]): void;
  readonly columns: number;
  readonly rows: number;
  /** told when the terminal has another size; gives the end of that */
  onResize(listener: () => void): () => void;
  readonly color: Colors;
}

export type Colors = ReturnType<typeof createColors>;

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function openTerminal({ stdin, stdout, stderr, environment }: TerminalStreams): Terminal {
  const live = environment["TERM"] !== "dumb" && environment["CI"] === undefined;
  return {
    out: output(stdout, live, environment),
    err: output(stderr, live, environment),
    interactive: stdin.isTTY && stderr.isTTY,
    input: stdin,
  };
}

function output(stream: NodeJS.WriteStream, live: boolean, environment: TerminalStreams["environment"]): Output {
  // a reader that went away (`| head`) is no failure of ours
  stream.on("error", () => undefined);
  const columns = (): number => atLeastOne(stream.columns, 100);
  const area = openLiveArea(stream, columns);
  return {
    write: (text) => area.write(text),
    writeBytes: (bytes) => new Promise((resolve) => stream.write(bytes, (error) => resolve(!error))),
    live: stream.isTTY && live,
    draw: (lines) => area.draw(lines),
    get columns() {
      return columns();
    },
    get rows() {
      return atLeastOne(stream.rows, 24);
    },
    onResize: (listener) => {
      stream.on("resize", listener);
      return () => void stream.off("resize", listener);
    },
    color: createColors(wantsColor(stream.isTTY, environment)),
  };
}

/** A pipe has no size, and a terminal that was never told its size says 0. */
function atLeastOne(size: number | undefined, otherwise: number): number {
  return size === undefined || size < 1 ? otherwise : size;
}

/** FORCE_COLOR and NO_COLOR as their own pages say: any value that is not empty. */
function wantsColor(tty: boolean, environment: TerminalStreams["environment"]): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  if ((environment["FORCE_COLOR"] ?? "") !== "") return environment["FORCE_COLOR"] !== "0";
  // a pipe has no such property at all, and `undefined` would leave the choice to the library
  return tty ? environment["TERM"] !== "dumb" : false;
}
