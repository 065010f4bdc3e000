import { spawn } from "node:child_process";
import { AppError, shellWord } from "#kernel";
import { createConnectionLimit, type ConnectionLimit } from "../connection-limit.ts";
import { helperPlace } from "../helper/helper-text.ts";
import type { Host } from "../host.ts";
import { openHelperHost } from "../wire/host.ts";
import { createRest } from "../wire/rest.ts";
import { readSshConfiguration, type SshAddress, type SshConfiguration } from "./configuration.ts";
import { dialOverSsh } from "./dial.ts";
import { sshEnvironment } from "./environment.ts";
import { createJumpSeats, type JumpSeats } from "./jump-seat.ts";
import { runOverSsh } from "./run.ts";
import { shareConnection, type SharedConnection } from "./shared-connection.ts";
import { explainSsh, startCode } from "./trouble.ts";

export interface SshHostOptions {
  readonly name: string;
  /** an alias of the user's ssh configuration, a host, user@host, or ssh://user@host:port */
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
 * hosts. Nothing is connected until the first call; `close` ends what is left open.
 */
export function openSshHost(options: SshHostOptions): Host {
  const address = addressOf(options);
  let configuration: Promise<SshConfiguration> | undefined;
  let limit: Promise<ConnectionLimit> | undefined;
  let shared: Promise<SharedConnection> | undefined;
  const configured = () => (configuration ??= readSshConfiguration(address));
  const connection = () => (shared ??= configured().then((known) => shareConnection(address, known)));
  const rest = createRest();
  const endAll = async () => {
    rest.end();
    await (await connection()).end();
  };
  const limited = () => (limit ??= configured().then((known) => limitOf(options, known, endAll)));
  return openHelperHost({
    connection: {
      host: options.name,
      start: async () => {
        const words = await (await connection()).arguments();
        // in a process group of its own: Ctrl-C is for us, and the step at work goes on
        return spawn("ssh", [...words, startHelper], { env: address.environment, detached: true });
      },
      explain: async (code, complaint) => explainSsh(address, await configured(), code, complaint),
    },
    limit: async (work) => (await limited())(work),
    rest,
    run: async (command, runOptions) => {
      const words = await (await connection()).arguments();
      const explain = async (complaint: string) => explainSsh(address, await configured(), 255, complaint);
      return runOverSsh({ words, environment: address.environment, explain }, command, runOptions);
    },
    dial: async (to) => {
      const words = await (await connection()).arguments();
      return dialOverSsh({ address, words, configuration: await configured() }, to);
    },
    close: async () => {
      const open = await shared?.catch(() => undefined);
      await open?.close();
    },
  });
}

export function addressOf({ name, address, config, environment }: SshHostOptions): SshAddress {
  if (!/^(?:ssh:\/\/)?[A-Za-z0-9_[:][A-Za-z0-9@._:%[\]-]*$/.test(address)) {
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
const startHelper = `exec sh -c ${shellWord(
  [
    `[ -x ${helperPlace.path} ] || exit ${startCode.noHelper}`,
    // who this is, told without a program
    `while read -r word _ uid _; do [ "$word" != Uid: ] || break; done </proc/self/status`,
    `[ "$uid" != 0 ] || exec ${helperPlace.path}`,
    `command -v sudo >/dev/null || exit ${startCode.noSudo}`,
    `exec sudo -n ${helperPlace.path}`,
  ].join("; "),
)}`;
