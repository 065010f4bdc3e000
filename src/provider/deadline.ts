import { openCredential, type Credential } from "./credential.ts";
import type { DatedMigration, Provider } from "./provider.ts";

/** What the provider is going to end that this credential is made of. */
export function deadlinesOf(
  provider: Provider,
  credential: Credential,
): readonly Pick<DatedMigration, "deadline" | "message">[] {
  const values = openCredential(credential);
  return (provider.migrations ?? [])
    .filter(({ field, pattern }) => pattern.test(values[field] ?? ""))
    .map(({ deadline, message }) => ({ deadline, message }));
}
