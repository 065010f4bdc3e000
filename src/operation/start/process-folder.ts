import { join } from "node:path";

/** Where the local processes of an environment have their files, records and logs. */
export function processFolder(home: string, environment: string): string {
  return join(home, "run", environment);
}
