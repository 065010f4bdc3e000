import { readSshConfiguration } from "./configuration.ts";
import { addressOf, endShared, type SshHostOptions } from "./host.ts";

/** The user that ssh would log in as, by its own configuration. Connects to nothing. */
export async function sshUser(options: SshHostOptions): Promise<string> {
  const address = addressOf(options);
  const configuration = await readSshConfiguration(address);
  await endShared(address, configuration);
  return configuration.user;
}
