import { spawn, type IPty } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { inject } from "vitest";

const published = inject("command");

export interface Screen {
  readonly process: IPty;
  /** what a person sees now, without the empty rows at the end */
  rows(): readonly string[];
  /** of all that was written, what has scrolled away too */
  all(): readonly string[];
  cursorShown(): boolean;
  resize(columns: number, rows: number): void;
  /** resolves once the text is on the screen */
  shows(text: string | RegExp): Promise<void>;
  readonly ended: Promise<number>;
}

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly variables?: Readonly<Record<string, string>>;
  /** another copy of the command */
  readonly bin?: string;
}

/** The real command on a pseudo-terminal, and what a real terminal makes of what it writes. */
export function keyturnOnScreen(folder: string, words: string, options: ScreenOptions = {}): Screen {
  const { columns = 80, rows = 24, variables = {}, bin = published } = options;
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    scrollback: 1000,
    convertEol: false,
  });
  let shown = true;
  terminal.parser.registerCsiHandler({ prefix: "?", final: "l" }, (parameters) => {
    if (parameters[0] === 25) shown = false;
    return false;
  });
  terminal.parser.registerCsiHandler({ prefix: "?", final: "h" }, (parameters) => {
    if (parameters[0] === 25) shown = true;
    return false;
  });
  const child = spawn(process.execPath, [bin, ...words.split(" ")], {
    cwd: folder,
    cols: columns,
    rows,
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color", ...variables },
  });
  const waiting = new Set<() => void>();
  child.onData((text) => terminal.write(text, () => waiting.forEach((look) => look())));
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => setTimeout(() => terminal.write("", () => resolve(exitCode)), 100));
  });
  const lines = (from: number): readonly string[] => {
    const { active } = terminal.buffer;
    const texts = Array.from({ length: active.length - from }, (_, index) =>
      (active.getLine(from + index)?.translateToString(true) ?? "").trimEnd(),
    );
    return texts.slice(0, texts.findLastIndex((text) => text !== "") + 1);
  };
  const screen: Screen = {
    process: child,
    rows: () => lines(terminal.buffer.active.baseY),
    all: () => lines(0),
    cursorShown: () => shown,
    resize: (width, height) => {
      terminal.resize(width, height);
      child.resize(width, height);
    },
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const now = screen.rows().join("\n");
          if (typeof text === "string" ? !now.includes(text) : !text.test(now)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() =>
          reject(new Error(`it ended without showing ${String(text)}:\n${screen.all().join("\n")}`)),
        );
      }),
    ended,
  };
  return screen;
}
