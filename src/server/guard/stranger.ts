const open: ReadonlySet<string> = new Set([
  "/v1/login",
  "/v1/login/passkey",
  "/v1/login/passkey/challenge",
  "/v1/setup",
  "/v1/setup/passkey",
  "/v1/setup/passkey/challenge",
  "/v1/openapi.json",
]);

/** Whoever is not logged in gets to these, and to nothing else below /v1. */
export function isOpen(path: string): boolean {
  return open.has(path);
}
