import type { Clock } from "#kernel";
import type { Home } from "#operation";
import type { ServerAddress } from "./address.ts";
import { deploys } from "./deploy.ts";
import { onlyEnvironment } from "./environment.ts";
import { httpWire, type HttpTrust } from "./http-wire.ts";
import { identities } from "./identity.ts";
import { looks } from "./look.ts";
import { rotates } from "./rotation.ts";
import { runtimes } from "./runtime.ts";
import { openServer } from "./server.ts";
import { settings } from "./setting.ts";
import { sshWire, type SshTrust } from "./ssh-wire.ts";
import { values } from "./value.ts";

export interface FarHomeOptions {
  readonly address: ServerAddress;
  /** of this command: a server of another form is not asked */
  readonly version: string;
  readonly clock: Clock;
  /** otherwise the only one that there is */
  readonly environment?: string;
  readonly http: () => Promise<HttpTrust>;
  readonly ssh: Omit<SshTrust, "version">;
}

/** A home that a server keeps, in the words of one that is here. */
export async function openFarHome(
  options: FarHomeOptions,
): Promise<{ readonly home: Home; readonly close: () => Promise<void> }> {
  const { address, version, clock, environment, http, ssh } = options;
  const wire = address.kind === "ssh" ? sshWire(address, { ...ssh, version }) : httpWire(address, await http());
  const server = openServer(wire, {
    version,
    clock,
    environment: environment === undefined ? onlyEnvironment : async () => environment,
  });
  const seen = looks(server);
  const home = {
    ...seen,
    ...rotates(server, seen),
    ...values(server),
    ...identities(server),
    ...deploys(server),
    ...settings(server),
    ...runtimes(server),
  };
  return { home, close: () => wire.close() };
}
