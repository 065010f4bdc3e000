import { createColors } from "picocolors";

/**
 * Where output goes. Results are written to `out`, everything else (progress, questions, findings, errors) to `err`,
 * so that a pipe gets the result alone. Colours only on a terminal, and not with NO_COLOR or TERM=dumb.
 */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  /** someone can be asked */
  readonly interactive: boolean;
  readonly input: NodeJS.ReadableStream;
}

export interface Output {
  write(text: string): void;
  /** resolves when the stream takes more; false when its reader has gone */
  writeBytes(bytes: Uint8Array): Promise<boolean>;
  /** a person looks at it: it can be drawn over */
  readonly live: boolean;
  readonly columns: number;
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
  return {
    write: (text) => void stream.write(text),
    writeBytes: (bytes) => new Promise((resolve) => stream.write(bytes, (error) => resolve(!error))),
    live: stream.isTTY && live,
    get columns() {
      return stream.columns ?? 100;
    },
    color: createColors(wantsColor(stream.isTTY, environment)),
  };
}

/** FORCE_COLOR and NO_COLOR as their own pages say: any value that is not empty. */
function wantsColor(tty: boolean, environment: TerminalStreams["environment"]): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  if ((environment["FORCE_COLOR"] ?? "") !== "") return environment["FORCE_COLOR"] !== "0";
  // a pipe has no such property at all, and `undefined` would leave the choice to the library
  return tty ? environment["TERM"] !== "dumb" : false;
}
