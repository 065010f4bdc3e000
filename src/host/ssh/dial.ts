import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { AppError } from "#kernel";
import { notTaken, portHint, portText, type Port } from "../dial.ts";
import { childStream } from "./child-stream.ts";
import type { SshAddress, SshConfiguration } from "./configuration.ts";
import { explainSsh } from "./trouble.ts";

export interface SshDial {
  readonly address: SshAddress;
  /** what a call of ssh begins with */
  readonly words: readonly string[];
  readonly configuration: SshConfiguration;
}

/**
 * A stream through ssh's own forwarding (`-W`): nothing is started on the machine. A port that nobody listens at fails the
 * stream, since ssh tells nothing of one that was taken.
 */
export function dialOverSsh({ address, words, configuration }: SshDial, to: Port): Duplex {
  // at the usual level of errors alone ssh leaves out why
  const forwarding = ["-o", "LogLevel=INFO", "-W", portText(to)];
  const child = spawn("ssh", [...forwarding, ...words], { env: address.environment, detached: true });
  return childStream(child, async (code, complaint) => {
    return portTrouble(address, to, complaint) ?? explainSsh(address, configuration, code, complaint);
  });
}

/** The machine was reached and its port was not: by text, the status is 255 for either, and OpenSSH translates nothing. */
function portTrouble({ name }: SshAddress, to: Port, complaint: string): AppError | undefined {
  if (!/^stdio forwarding (?:request )?failed/im.test(complaint)) return undefined;
  if (complaint.includes("administratively prohibited")) {
    const hint = `sshd there needs \`AllowTcpForwarding local\`, and no \`PermitOpen\` without ${portText(to)}`;
    return new AppError("HOST_UNREACHABLE", `sshd of ${name} forwards no connection to ${portText(to)}`, { hint });
  }
  // over a shared connection ssh says no more than that
  const why = complaint.includes("Connection refused") ? "refused" : "refused, or not forwarded by sshd";
  return new AppError("HOST_UNREACHABLE", notTaken(name, to, why), { hint: portHint });
}
