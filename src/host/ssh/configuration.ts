import { execFile } from "node:child_process";
import { AppError } from "#kernel";
import { printable } from "../printable.ts";

export interface SshAddress {
  readonly name: string;
  /** an alias of the user's configuration, a host, or user@host */
  readonly address: string;
  /** another configuration file than the user's own */
  readonly config?: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What OpenSSH makes of an address, and the arguments of a call that has a connection of its own. */
export interface SshConfiguration {
  readonly arguments: readonly string[];
  readonly user: string;
  readonly hostname: string;
  readonly port: string;
  /** the name that its key is kept under, where it is another one */
  readonly keyAlias?: string;
  readonly knownHosts: readonly string[];
  /** machines that it is reached through, as the configuration calls them; or the command that makes the way */
  readonly jumps: readonly string[];
  /** the user's configuration shares connections itself */
  readonly shares: boolean;
}

/** Asks ssh itself: its configuration has includes, matches and defaults that only it can read. */
export async function readSshConfiguration(address: SshAddress): Promise<SshConfiguration> {
  const values = parse(await printedConfiguration(address));
  const keyAlias = values.get("hostkeyalias");
  return {
    arguments: sshArguments(address, values),
    user: values.get("user") ?? "",
    hostname: values.get("hostname") ?? address.address,
    port: values.get("port") ?? "22",
    ...(keyAlias === undefined || keyAlias === "none" ? {} : { keyAlias }),
    knownHosts: knownHostsFiles(values, address.environment["HOME"] ?? ""),
    jumps: jumpsOf(values),
    shares: !["none", undefined].includes(values.get("controlpath")),
  };
}

function addressArguments({ address, config }: SshAddress): readonly string[] {
  return [
    ...(config === undefined ? [] : ["-F", config]),
    ...fixedOptions.flatMap((option) => ["-o", option]),
    "--",
    address,
  ];
}

/** Safety is ours; who, where and with which key is the user's. */
const fixedOptions = [
  "BatchMode=yes",
  "StrictHostKeyChecking=yes",
  "ForwardAgent=no",
  "ForwardX11=no",
  "ClearAllForwardings=yes",
  "PermitLocalCommand=no",
  "RequestTTY=no",
  "LogLevel=ERROR",
];

function sshArguments(address: SshAddress, values: ReadonlyMap<string, string>): readonly string[] {
  const unset = (name: string) => ["none", "0", undefined].includes(values.get(name));
  const options = [
    ...(unset("connecttimeout") ? ["ConnectTimeout=10"] : []),
    ...(unset("serveraliveinterval") ? ["ServerAliveInterval=15", "ServerAliveCountMax=3"] : []),
  ];
  return [...options.flatMap((option) => ["-o", option]), ...addressArguments(address)];
}

function printedConfiguration(address: SshAddress): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("ssh", ["-G", ...addressArguments(address)], { env: address.environment }, (error, output, complaint) => {
      if (error === null) return resolve(output);
      const missing = error.code === "ENOENT";
      const said = missing ? "ssh is not installed" : printable(complaint.trim().split("\n").at(-1) ?? "", 200);
      const hint = missing ? "install OpenSSH's client" : `try \`ssh -G ${address.address}\``;
      reject(new AppError("HOST_UNREACHABLE", `${address.name} can't be reached: ${said}`, { hint, cause: error }));
    });
  });
}

function parse(output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split("\n").flatMap((line): [string, string][] => {
      const space = line.indexOf(" ");
      return space === -1 ? [] : [[line.slice(0, space), line.slice(space + 1)]];
    }),
  );
}

/** `sip1`, or `deploy@sip1:22` and more of them; of one that several users jump through there are the same seats. */
function jumpsOf(values: ReadonlyMap<string, string>): readonly string[] {
  const [jumps, command] = ["proxyjump", "proxycommand"].map((name) => values.get(name));
  if (jumps !== undefined && jumps !== "none") return jumps.split(",").map((jump) => jump.replace(/^.*@/, ""));
  return command === undefined || command === "none" ? [] : [command];
}

function knownHostsFiles(values: ReadonlyMap<string, string>, home: string): readonly string[] {
  const words = [values.get("userknownhostsfile"), values.get("globalknownhostsfile")].flatMap(
    (text) => text?.split(" ") ?? [],
  );
  return words.filter((path) => path !== "none").map((path) => path.replace(/^~(?=\/)/, home));
}
