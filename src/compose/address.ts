import { readServerAddress, type ServerAddress } from "#client";
import { given, type Variables, type Where } from "./place.ts";

/**
 * The server that KEYTURN_URL names; nothing where the home is a folder of this machine. `--home` is nearer than the
 * environment.
 *
 * @throws AppError USAGE when it is no address.
 */
export function farAddress({ home }: Where, variables: Variables): ServerAddress | undefined {
  const text = given(variables, "KEYTURN_URL");
  return text === undefined || home !== undefined ? undefined : readServerAddress(text);
}
