import type { IPty } from "@lydell/node-pty";
import type { Child } from "./child.ts";
import { forwardSignals } from "./forward-signals.ts";
import { readKeys } from "./read-keys.ts";

type PseudoTerminal = typeof import("@lydell/node-pty");

/** Undefined where there is no ready-made binary of it for this system. */
export async function openPseudoTerminal(): Promise<PseudoTerminal | undefined> {
  try {
    return await import("@lydell/node-pty");
  } catch {
    return undefined;
  }
}

/**
 * The child has a terminal of its own, of the same size; each key goes there as it is typed (Ctrl-C too, which is that
 * terminal's matter), and what is written there comes here masked.
 */
export async function onTerminal(child: Child, { spawn }: PseudoTerminal): Promise<number> {
  const { program, words, variables, terminal } = child;
  const size = { cols: terminal.out.columns, rows: terminal.out.rows };
  // without an encoding it gives bytes
  const pty = spawn(program, [...words], { env: { ...variables }, encoding: null, ...size });
  const ends = [
    forwardSignals((signal) => pty.kill(signal), false),
    terminal.out.onResize(() => pty.resize(terminal.out.columns, terminal.out.rows)),
    readKeys(terminal.input, (bytes) => pty.write(bytes as unknown as string)),
  ];
  try {
    return await shown(pty, child);
  } finally {
    for (const end of ends) end();
  }
}

/** Resolves when all is written that the child wrote. */
function shown(pty: IPty, { makeMask, terminal }: Child): Promise<number> {
  const mask = makeMask({ heldFrom: 4 });
  let written: Promise<unknown> = Promise.resolve();
  pty.onData((data) => {
    const bytes = mask.write(data as unknown as Buffer);
    if (bytes.byteLength === 0) return;
    pty.pause();
    written = terminal.out.writeBytes(bytes).then(() => pty.resume());
  });
  return new Promise((resolve, reject) => {
    pty.onExit(({ exitCode, signal }) => {
      const code = signal === undefined || signal === 0 ? exitCode : 128 + signal;
      written.then(() => terminal.out.writeBytes(mask.end())).then(() => resolve(code), reject);
    });
  });
}
