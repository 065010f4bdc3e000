export type LogLevel = (typeof logLevels)[number];
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** One JSON line per event on stderr. Callers give names and numbers only. */
export type Log = (level: LogLevel, message: string, facts?: Readonly<Record<string, string | number>>) => void;

export function makeLog(service: string, threshold: LogLevel): Log {
  return (level, message, facts = {}) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(threshold)) return;
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, service, message, ...facts })}\n`);
  };
}
