import { execFile } from "node:child_process";
import { AppError } from "#kernel";
import { printable } from "../printable.ts";
import type { SshAddress, SshConfiguration } from "./configuration.ts";

/** What the start of the helper ends with before there is one; sudo's own refusal is 1. */
export const startCode = { noHelper: 43, noSudo: 44 } as const;

/**
 * Why a connection ended without the helper's greeting. ssh's own failures are its status 255; which of them it was, it
 * tells by text alone, which OpenSSH does not translate and has not changed since 2002.
 */
export async function explainSsh(
  address: SshAddress,
  configuration: SshConfiguration,
  code: number | undefined,
  complaint: string,
): Promise<AppError> {
  const said = printable(complaint.trim().split("\n").at(-1)?.trim() ?? "", 200);
  if (code !== 255 && code !== undefined) return helperTrouble(address, configuration, code, said);
  if (complaint.includes("Host key verification failed.")) return keyTrouble(address, configuration);
  if (said === "") return new AppError("HOST_UNREACHABLE", `the connection to ${address.name} was lost`);
  const hint = complaint.includes("Permission denied")
    ? `the login was refused: try \`${byHand(address)}\`, and look at user, key and agent`
    : `try \`${byHand(address)}\`; an absent host can be excluded in keyturn.yaml, it catches up later`;
  return new AppError("HOST_UNREACHABLE", `${address.name} can't be reached (${said})`, { hint });
}

function helperTrouble({ name }: SshAddress, { user }: SshConfiguration, code: number, said: string): AppError {
  const prepare = `run \`keyturn hosts prepare ${name}\``;
  if (code === startCode.noHelper)
    return new AppError("HOST_UNPREPARED", `the helper is not on ${name}`, { hint: prepare });
  if (code === startCode.noSudo) {
    const hint = "install sudo there: the deploy user runs the helper by it";
    return new AppError("HOST_UNPREPARED", `there is no sudo on ${name}`, { hint });
  }
  const hint =
    `${prepare}, which makes the rule by which ${user} needs no password; where it is there, a later rule asks for one: ` +
    "`sudo -l` shows them, and of those that fit the last one counts";
  return new AppError("HOST_UNPREPARED", `the helper on ${name} does not run${said === "" ? "" : ` (${said})`}`, {
    hint,
  });
}

/** The same login, for a person to try. */
function byHand({ address, config }: SshAddress, options = ""): string {
  return `ssh${config === undefined ? "" : ` -F ${config}`}${options} ${address} true`;
}

async function keyTrouble(address: SshAddress, configuration: SshConfiguration): Promise<AppError> {
  const { hostname, port, knownHosts } = configuration;
  const jumps = configuration.jumps.length > 0;
  const keptName = configuration.keyAlias ?? (port === "22" ? hostname : `[${hostname}]:${port}`);
  const file = await fileWithKey(address, keptName, knownHosts);
  const scan = `ssh-keyscan -t ed25519${port === "22" ? "" : ` -p ${port}`} ${hostname}`;
  if (file !== undefined && jumps) {
    return new AppError(
      "HOST_KEY_UNKNOWN",
      `the key of ${address.name}, or of a jump host on the way, is not the known one`,
      {
        hint: `connect once by hand and compare: \`${byHand(address)}\``,
      },
    );
  }
  if (file !== undefined) {
    return new AppError("HOST_KEY_CHANGED", `${address.name} shows another key than the one in ${file}`, {
      hint:
        `find out why first; then \`ssh-keygen -R '${keptName}' -f ${file}\` forgets the old key, ` +
        `and \`${scan} | ssh-keygen -lf -\` shows the new one to compare`,
    });
  }
  const accept =
    jumps || configuration.keyAlias !== undefined
      ? `accept it with \`${byHand(address, " -o StrictHostKeyChecking=accept-new")}\``
      : `accept it with \`${scan} >> ${knownHosts[0] ?? "~/.ssh/known_hosts"}\``;
  return new AppError("HOST_KEY_UNKNOWN", `the key of ${address.name} is not known here`, {
    hint: `compare \`${scan} | ssh-keygen -lf -\` with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on the machine, then ${accept}`,
  });
}

async function fileWithKey(address: SshAddress, name: string, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const found = await new Promise<boolean>((resolve) => {
      execFile("ssh-keygen", ["-F", name, "-f", file], { env: address.environment }, (error) =>
        resolve(error === null),
      );
    });
    if (found) return file;
  }
  return undefined;
}
