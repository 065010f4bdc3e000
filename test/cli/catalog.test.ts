import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { catalog } from "../../src/cli/catalog.ts";
import { completion } from "../../src/cli/completion.ts";
import { runCli, type CliInput } from "../../src/cli/program.ts";
import { openTerminal } from "../../src/cli/terminal.ts";

test.for([...catalog, completion].map(({ name }) => name))(
  "%s is found by its name, and says how it is used",
  async (name) => {
    const { code, out } = await helpOf(name);
    expect(code).toBe(0);
    expect(out.split("\n", 1)[0]?.split(/ [[<]|$/, 1)[0]).toBe(`Usage: keyturn ${name}`);
  },
);

async function helpOf(name: string): Promise<{ readonly code: number; readonly out: string }> {
  const stdout = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const nothing = () => Promise.reject(new Error("help needs nothing"));
  const code = await runCli({
    arguments: [...name.split(" "), "--help"],
    terminal: openTerminal({ ...streams, environment: {} } as unknown as Parameters<typeof openTerminal>[0]),
    version: "0.0.0",
    folder: "/",
    signal: new AbortController().signal,
    clock: { now: () => 0 } as CliInput["clock"],
    away: nothing,
    makeHome: nothing,
    makeContext: nothing,
    serve: nothing,
    serveWeb: nothing,
    serveStdio: nothing,
    close: () => Promise.resolve(),
  });
  return { code, out: String(stdout.read() ?? "") };
}
