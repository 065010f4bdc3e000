/**
 * The lines of a value of several lines that tell something by themselves: programs print PEM blocks and JSON keys line
 * by line, with a prefix or indented. A line without a run of 16 or more word characters that mixes letters and digits
 * is left out, or `{`, PEM headers and field names would be masked everywhere.
 */
export function distinctiveLines(value: Buffer): readonly Uint8Array[] {
  const lines = value.toString("latin1").split(/\r?\n/);
  if (lines.length < 2) return [];
  return lines
    .map((line) => line.trim())
    .filter((line) => line.length >= 16 && !line.startsWith("-----") && isDistinctive(line))
    .map((line) => Buffer.from(line, "latin1"));
}

function isDistinctive(line: string): boolean {
  const runs = line.match(/[A-Za-z0-9+_=-]{16,}/g) ?? [];
  return runs.some((run) => /[0-9]/.test(run) && /[A-Za-z]/.test(run));
}
