import type { Context } from "../context.ts";

/** The caller's own variables, without the ones that lead to Keyturn's keys: what a command is started with. */
export function callersOwn({ processEnvironment }: Context): Readonly<Record<string, string>> {
  const keys = /^(?:KEYTURN_(?:KEY|PASSPHRASE|CREDENTIAL|TOKEN).*|CREDENTIALS_DIRECTORY)$/;
  const kept = Object.entries(processEnvironment).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && !keys.test(entry[0]);
  });
  return Object.fromEntries(kept);
}
