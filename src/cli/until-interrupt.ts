/** For verbs that stay: resolves at the first Ctrl-C or SIGTERM. */
export function untilInterrupt(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    // a listener alone does not keep the process alive
    const timer = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  });
}
