import { readSshConfiguration } from "./configuration.ts";
import { addressOf, type SshHostOptions } from "./host.ts";

/** The user that ssh would log in as, by its own configuration. Connects to nothing. */
export async function sshUser(options: SshHostOptions): Promise<string> {
  const { user } = await readSshConfiguration(addressOf(options));
  return user;
}
