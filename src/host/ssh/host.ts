import { execFile, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { AppError } from "#kernel";
import { createConnectionLimit } from "../connection-limit.ts";
import { helperPlace } from "../helper/helper-text.ts";
import type { Host } from "../host.ts";
import { openHelperHost, type ConnectionLimit } from "../wire/host.ts";
import { createRest } from "../wire/rest.ts";
import { readSshConfiguration, type SshAddress, type SshConfiguration } from "./configuration.ts";
import { sshEnvironment } from "./environment.ts";
import { createJumpSeats, type JumpSeats } from "./jump-seat.ts";
import { quoted, runOverSsh } from "./run.ts";
import { explainSsh, startCode } from "./trouble.ts";

export interface SshHostOptions {
  readonly name: string;
  /** an alias of the user's ssh configuration, a host, or user@host */
  readonly address: string;
  /** another configuration file than the user's own */
  readonly config?: string;
  /** this process's environment: ssh gets PATH, HOME, the agent's socket and the like of it */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** shared by all hosts, so that no jump host is flooded; without, those of this host alone are bounded */
  readonly seats?: JumpSeats;
}

/**
 * A machine behind sshd, through the OpenSSH client with the user's own configuration, agent, jump hosts and known
 * hosts. Nothing is connected until the first call; calls share one connection, which `close` ends.
 */
export function openSshHost(options: SshHostOptions): Host {
  const address = addressOf(options);
  let configuration: Promise<SshConfiguration> | undefined;
  let limit: Promise<ConnectionLimit> | undefined;
  const configured = () => (configuration ??= readSshConfiguration(address));
  const rest = createRest();
  const endAll = async (known: SshConfiguration) => {
    rest.end();
    await endConnection(address, known);
  };
  const limited = () => (limit ??= configured().then((known) => limitOf(options, known, () => endAll(known))));
  return openHelperHost({
    connection: {
      host: options.name,
      start: async () => {
        const { arguments: words } = await configured();
        // in a process group of its own: Ctrl-C is for us, and the step at work goes on
        return spawn("ssh", [...words, startHelper], { env: address.environment, detached: true });
      },
      explain: async (code, complaint) => explainSsh(address, await configured(), code, complaint),
    },
    limit: async (work) => (await limited())(work),
    rest,
    run: async (command, runOptions) => runOverSsh(address, await configured(), command, runOptions),
    close: async () => {
      const known = await configuration?.catch(() => undefined);
      if (known !== undefined) await endShared(address, known);
    },
  });
}

export function addressOf({ name, address, config, environment }: SshHostOptions): SshAddress {
  if (!/^[A-Za-z0-9_[:][A-Za-z0-9@._:%[\]-]*$/.test(address)) {
    throw new AppError("MANIFEST_INVALID", `the address of ${name} has letters that no host has`);
  }
  return { name, address, ...(config === undefined ? {} : { config }), environment: sshEnvironment(environment) };
}

/** What more calls at once than a sshd takes have to wait for. */
function limitOf(
  { seats = createJumpSeats() }: SshHostOptions,
  { jumps }: SshConfiguration,
  end: () => Promise<void>,
): ConnectionLimit {
  const throughJumps = seats.through(jumps, end);
  const own = createConnectionLimit();
  return (work) => own(() => throughJumps(work));
}

/** Root runs the helper directly; anyone else by the one sudo rule there is. */
const startHelper = `exec sh -c ${quoted(
  [
    `[ -x ${helperPlace.path} ] || exit ${startCode.noHelper}`,
    `[ "$(id -u)" -ne 0 ] || exec ${helperPlace.path}`,
    `command -v sudo >/dev/null || exit ${startCode.noSudo}`,
    `exec sudo -n ${helperPlace.path}`,
  ].join("; "),
)}`;

/** Ends the connection that calls share, if it is ours, and the place for it. */
export async function endShared(address: SshAddress, configuration: SshConfiguration): Promise<void> {
  const { controlFolder } = configuration;
  if (controlFolder === undefined) return;
  await endConnection(address, configuration);
  await rm(controlFolder, { recursive: true, force: true });
}

/** The next call connects anew. */
async function endConnection(
  address: SshAddress,
  { arguments: words, controlFolder }: SshConfiguration,
): Promise<void> {
  if (controlFolder === undefined) return;
  await new Promise<void>((resolve) => {
    execFile("ssh", ["-O", "exit", ...words], { env: address.environment }, () => resolve());
  });
}
