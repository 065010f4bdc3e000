import { AppError } from "#kernel";

/** As rows say it: SQLite lets a text key be null, and whoever edits a store may write anything that acts on a terminal. */
export function refuseUnnamed(environments: readonly { readonly name: string | null }[]): void {
  if (environments.every(({ name }) => name !== null && /^[^\p{Cc}\p{Cf}]+$/u.test(name))) return;
  throw new AppError("STORE_BROKEN", "the store has an environment without a name that can be used");
}
