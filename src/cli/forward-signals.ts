/** Signals to this process go to the child; gives the end of that. Of a terminal that sends Ctrl-C to both, not twice. */
export function forwardSignals(kill: (signal: NodeJS.Signals) => void, fromTerminal: boolean): () => void {
  const signals: readonly NodeJS.Signals[] = [
    "SIGINT",
    "SIGQUIT",
    "SIGHUP",
    "SIGTERM",
    "SIGUSR1",
    "SIGUSR2",
    "SIGCONT",
  ];
  const handlers = signals.map((signal) => {
    const byTerminal = fromTerminal && (signal === "SIGINT" || signal === "SIGQUIT");
    return { signal, handle: () => void (byTerminal || kill(signal)) };
  });
  for (const { signal, handle } of handlers) process.on(signal, handle);
  return () => {
    for (const { signal, handle } of handlers) process.off(signal, handle);
  };
}
