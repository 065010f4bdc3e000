/** Ends the process with 0 after `stop`, once, whichever signal comes first. A second Ctrl-C ends it at once. */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let stopping = false;
  const end = (signal: NodeJS.Signals) => {
    if (stopping) return signal === "SIGINT" ? process.exit(0) : undefined;
    stopping = true;
    void stop(signal).finally(() => process.exit(0));
  };
  // a restart behind a drain is a second SIGTERM, and cuts nobody off
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}
