/** What others wrote and is installed here, and what lists it: no secret of one's own is in it. */
const installed = /(?:^|\/)(?:node_modules|site-packages|bower_components|vendor|\.venv|venv|\.pnpm-store|\.yarn)\//;
const lockFile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|go\.sum|flake\.lock|mix\.lock)$/;
/** Made for tests and texts. A vendor's key is real there as well: nobody else can make one that looks like it. */
const trial =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|fixtures?|testdata|test[-_]?vectors?|vectors|mocks?|__mocks__|examples?|samples?|docs?)\/|(?:^|\/)[^/]*[._-](?:test|spec)\.[a-z]+$|(?:^|\/)test_[^/]*$|(?:^|\/)[^/]*\.(?:md|mdx|rst|adoc)$/i;

const general: ReadonlySet<string> = new Set(["private-key", "json-web-token", "url-password"]);

/** Whether a credential of this format is told where it was found. Of a file in an archive each part of the way counts. */
export function placeCounts(path: string, format: string): boolean {
  const whole = path.replaceAll("!", "/");
  if (installed.test(whole) || lockFile.test(whole)) return false;
  return !(general.has(format) && trial.test(whole));
}
