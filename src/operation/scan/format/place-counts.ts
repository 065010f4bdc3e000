/** What others wrote and is installed here, and what lists it: no secret of one's own is in it. */
const installed = /(?:^|\/)(?:node_modules|site-packages|bower_components|vendor|\.venv|venv|\.pnpm-store|\.yarn)\//;
const lockFile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|go\.sum|flake\.lock|mix\.lock)$/;
/** Made for tests and texts. A vendor's key is real there as well: nobody else can make one that looks like it. */
const trial =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|fixtures?|testdata|test[-_]?vectors?|vectors|mocks?|__mocks__|examples?|samples?|docs?)\/|(?:^|\/)[^/]*[._-](?:test|spec)\.[a-z]+$|(?:^|\/)test_[^/]*$|(?:^|\/)[^/]*\.(?:md|mdx|rst|adoc)$/i;

/** `.env.example`, `api.env.template`: what stands there is for anybody, unless it looks like a vendor's key. */
const shown =
  /(?:^|\/)[^/]*\.?env[^/]*(?:example|sample|template|dist)[^/]*$|(?:^|\/)[^/]*(?:example|sample|template)[^/]*env[^/]*$/i;

const general: ReadonlySet<string> = new Set(["private-key", "json-web-token", "url-password"]);

/** Whether a credential of this format is told where it was found. Of a file in an archive each part of the way counts. */
export function placeCounts(path: string, format: string): boolean {
  const whole = path.replaceAll("!", "/");
  if (installed.test(whole) || lockFile.test(whole)) return false;
  if (isOwn(format) && shown.test(whole)) return false;
  return !((general.has(format) || isByPlace(format)) && trial.test(whole));
}

/** Known by what stands beside it, and not by its own looks. */
export function isByPlace(format: string): boolean {
  return format.endsWith(", by its place") || isOwn(format);
}

/** Beside the name of a variable of the platform. */
function isOwn(format: string): boolean {
  return format.startsWith("value for ");
}
