import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#kernel";
import { printable } from "../printable.ts";
import { childStream } from "../ssh/child-stream.ts";
import { readSshConfiguration, type SshAddress, type SshConfiguration } from "../ssh/configuration.ts";
import { dialOverSsh } from "../ssh/dial.ts";
import { addressOf, type SshHostOptions } from "../ssh/host.ts";
import { shareConnection, type SharedConnection } from "../ssh/shared-connection.ts";
import { explainSsh } from "../ssh/trouble.ts";
import type { EngineWay } from "./way.ts";

/**
 * The engine of a machine behind sshd, through its own `docker system dial-stdio`, as docker's client does it for
 * `ssh://`; containers through ssh's own forwarding. The user that logs in must be one who may use the engine.
 */
export function sshWay(options: SshHostOptions): EngineWay {
  const address = addressOf(options);
  let configuration: Promise<SshConfiguration> | undefined;
  let shared: Promise<SharedConnection> | undefined;
  const configured = () => (configuration ??= readSshConfiguration(address));
  const connection = () => (shared ??= configured().then((known) => shareConnection(address, known)));
  const engine = async (): Promise<Duplex> => {
    const words = [...(await (await connection()).arguments()), "docker system dial-stdio"];
    // in a process group of its own: Ctrl-C is for us, and the call at work goes on
    const child = spawn("ssh", words, { env: address.environment, detached: true });
    return childStream(child, async (code, complaint) => explain(address, await configured(), code, complaint));
  };
  const reach = async (host: string, port: number): Promise<Duplex> => {
    const words = await (await connection()).arguments();
    return dialOverSsh({ address, words, configuration: await configured() }, { host, port });
  };
  return {
    host: options.name,
    costly: true,
    engine,
    reach,
    takes: async (to, port) => {
      const stream = await reach(to, port);
      const refused = await failsWithin(stream, refusedWithin);
      stream.destroy();
      return !refused;
    },
    close: async () => {
      const made = await shared?.catch(() => undefined);
      await made?.close();
    },
  };
}

/** ssh tells a refused connection by its end, and one that was taken by nothing: so long the former is waited for, ms. */
const refusedWithin = 1_000;

async function failsWithin(stream: Duplex, ms: number): Promise<boolean> {
  const enough = new AbortController();
  const failed = new Promise<boolean>((resolve) => {
    stream.once("error", () => resolve(true)).once("close", () => resolve(true));
  });
  const late = sleep(ms, false, { signal: enough.signal }).catch(() => false);
  return Promise.race([failed, late]).finally(() => enough.abort());
}

async function explain(
  address: SshAddress,
  configuration: SshConfiguration,
  code: number | undefined,
  complaint: string,
): Promise<AppError> {
  if (code === 255 || code === undefined) return explainSsh(address, configuration, code, complaint);
  const said = printable(complaint.trim().split("\n").at(-1)?.trim() ?? "", 200);
  const hint =
    `docker has to be installed and to run there, and ${configuration.user} to be in its group docker: ` +
    `try \`ssh ${address.address} docker version\``;
  return new AppError("HOST_UNREACHABLE", `the Docker engine of ${address.name} does not answer (${said})`, { hint });
}
