/** With every answer of a server. */
export const versionHeader = "keyturn-version";

/** What `keyturn serve --stdio` writes before anything else: what stands before it was a login's own talk. */
export function greetingOf(version: string): string {
  return `keyturn ${version} serves\n`;
}

/** The version in a greeting; undefined for any other line. */
export function greeted(line: string): string | undefined {
  return /^keyturn ([0-9A-Za-z.+-]{1,40}) serves$/.exec(line)?.[1];
}

/** Client and server know each other's forms: of one major version, and before 1.0 of one minor version. */
export function isSameForm(one: string, other: string): boolean {
  return formOf(one) === formOf(other);
}

function formOf(version: string): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  return major === "0" ? `0.${minor}` : major;
}
