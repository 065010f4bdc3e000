import { userInfo } from "node:os";
import { join } from "node:path";
import type { HostEntry, Service } from "#contract";
import { dialects } from "#dialect";
import {
  openDockerHost,
  openLocalHost,
  openProcessHost,
  openSshHost,
  sshUser,
  openMixedHost,
  type BootstrapWay,
  type Host,
  type JumpSeats,
  type RuntimeHost,
  type SshHostOptions,
} from "#host";
import type { RootLogin } from "#operation";

export interface ConnectInput {
  readonly entry: HostEntry;
  readonly services: readonly Service[];
  readonly home: string;
  readonly environment: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly seats: JumpSeats;
}

/** The way to one machine: its containers by its engine, everything else by the machine itself. */
export function connectHost(input: ConnectInput): RuntimeHost {
  return openMixedHost({ machine: connectMachine(input), engine: () => connectEngine(input) });
}

/** On this machine, services that run as plain processes need neither root nor the helper. */
function connectMachine({ entry, services, home, environment, variables, seats }: ConnectInput): Host {
  const { connection, name } = entry;
  if (connection.kind === "ssh") return openSshHost({ ...sshOptions(name, connection, variables), seats });
  const own = services.filter(({ hosts, runtime }) => hosts.includes(name) && runtime.kind !== "docker");
  if (own.some(({ runtime }) => runtime.kind !== "process")) return openLocalHost({ name, environment: variables });
  return openProcessHost({
    name,
    folder: join(home, "run", environment),
    node: process.execPath,
    readFile: (bytes) => dialects.systemd.read(bytes).entries,
    environment: variables,
  });
}

/** The engine of a machine; on this one where docker's own client finds it. */
function connectEngine({ entry: { name, connection }, variables }: ConnectInput): RuntimeHost {
  if (connection.kind === "ssh") {
    const { address, config, environment } = sshOptions(name, connection, variables);
    const login = { address, environment, ...(config === undefined ? {} : { config }) };
    return openDockerHost({ name, engine: { kind: "ssh", ...login } });
  }
  const path = /^unix:\/\/(\/.+)$/.exec(variables["DOCKER_HOST"] ?? "")?.[1] ?? "/var/run/docker.sock";
  return openDockerHost({ name, engine: { kind: "socket", path } });
}

/** The way by which a machine is prepared once. */
export function rootWay(
  { name, connection }: HostEntry,
  login: RootLogin,
  { variables, seats }: Pick<ConnectInput, "variables" | "seats">,
): BootstrapWay {
  if (connection.kind === "local") return { kind: "local", environment: variables };
  const options = sshOptions(name, connection, variables);
  return { kind: "ssh", ...options, seats, address: rootAddress(name, connection.address, login) };
}

/** The user that a deploy logs in as, as ssh itself says. */
export async function loginUser(
  { name, connection }: HostEntry,
  variables: ConnectInput["variables"],
): Promise<string> {
  if (connection.kind === "ssh") return sshUser(sshOptions(name, connection, variables));
  const user = variables["SUDO_USER"];
  return user === undefined || user === "" ? userInfo().username : user;
}

function rootAddress(name: string, address: string, login: RootLogin): string {
  switch (login.kind) {
    case "usual":
      return address;
    case "user":
      return `${login.user}@${address.slice(address.lastIndexOf("@") + 1)}`;
    case "address":
      return login.pattern.replaceAll("%h", name);
  }
}

type SshConnection = Extract<HostEntry["connection"], { kind: "ssh" }>;

/** The manifest's ssh configuration, then the one of KEYTURN_SSH_CONFIG, then the user's own. */
function sshOptions(
  name: string,
  { address, config }: SshConnection,
  variables: ConnectInput["variables"],
): SshHostOptions {
  const named = variables["KEYTURN_SSH_CONFIG"];
  const file = config ?? (named === "" ? undefined : named);
  return { name, address, ...(file === undefined ? {} : { config: file }), environment: variables };
}
