import { readFileSync } from "node:fs";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { openTerminal, renderError, runCli } from "#cli";
import { AppError, systemClock } from "#kernel";

/** The command: gives its exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const terminal = openTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  });
  // what nobody caught ends here as well: Node itself would print its message, which may hold anything
  process.on("uncaughtException", (error) => {
    process.exit(renderError(terminal, error, { json: words.includes("--json"), words }));
  });
  const composed: { close(): Promise<void> }[] = [];
  return runCli({
    arguments: words,
    terminal,
    version: packageVersion(),
    folder: process.cwd(),
    signal: firstInterrupt(),
    clock: systemClock,
    away: async (place) => {
      const { farAddress } = await import("./compose/address.ts");
      return farAddress(place, process.env)?.name;
    },
    makeHome: async (place) => {
      const { openHome } = await import("./compose/open-home.ts");
      const opened = await openHome(place, process.env, packageVersion());
      composed.push(opened);
      return opened.home;
    },
    makeContext: async (place) => {
      const { compose } = await import("./compose/compose.ts");
      const made = compose(place, process.env);
      composed.push(made);
      return made.context;
    },
    serve: async (place, request) => {
      const { serve } = await import("./compose/serve.ts");
      return serve(place, process.env, { ...request, console: consoleFolder(), version: packageVersion() });
    },
    serveWeb: async (request) => {
      const { serveWeb } = await import("./compose/serve-web.ts");
      return serveWeb({ ...request, console: consoleFolder(), version: packageVersion() });
    },
    serveStdio: async (place) => {
      const { serveStdio } = await import("./compose/serve-stdio.ts");
      const stream = Duplex.from({ readable: process.stdin, writable: process.stdout });
      const onTrouble = (line: string) => terminal.err.write(line);
      await serveStdio(place, process.env, { stream, onTrouble, version: packageVersion() });
    },
    close: async () => {
      for (const one of composed) await one.close();
    },
  });
}

/** The first Ctrl-C asks the command to end well; the second ends it. */
function firstInterrupt(): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new AppError("CANCELLED", "stopped by Ctrl-C"));
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  return controller.signal;
}

/** Lies in the package beside the folder that this file runs from, sources or bundle. */
function consoleFolder(): string {
  return fileURLToPath(new URL("../console/dist", import.meta.url));
}

function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
