import type { ReturnLine } from "#operation";

/** Each line is whole, so that it can be copied; what stands above it is a comment to a shell. */
export function renderReturnLines(lines: readonly ReturnLine[]): string {
  return lines.map(({ target, host, line }) => `# ${target}: ${whereText(host, line)}\n${line ?? ""}\n`).join("\n");
}

function whereText(host: string, line: string | undefined): string {
  return line === undefined ? "a local process, `keyturn rollback` brings it back" : `as root on ${host}`;
}
