import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshAddress, SshConfiguration } from "./configuration.ts";

/** The connection that the calls to one machine share. */
export interface SharedConnection {
  /** what the next call begins with */
  arguments(): Promise<readonly string[]>;
  /** the next call connects anew */
  end(): Promise<void>;
  /** the same, and nothing of it is left */
  close(): Promise<void>;
}

/**
 * Most commands call a machine once, and a connection that others could share costs more to make and to end: so the
 * first call has one of its own. Where the user's configuration shares connections itself, ours stays out of it.
 */
export function shareConnection(address: SshAddress, configuration: SshConfiguration): SharedConnection {
  let first = true;
  let folder: Promise<string | undefined> | undefined;
  const end = async (): Promise<string | undefined> => {
    const made = await folder;
    if (made !== undefined) await endMaster(address, [...sharing(made), ...configuration.arguments]);
    return made;
  };
  return {
    async arguments() {
      if (first || configuration.shares || process.platform === "win32") {
        first = false;
        return configuration.arguments;
      }
      const made = await (folder ??= makeFolder());
      return made === undefined ? configuration.arguments : [...sharing(made), ...configuration.arguments];
    },
    end: async () => void (await end()),
    async close() {
      const made = await end();
      if (made !== undefined) await rm(made, { recursive: true, force: true });
    },
  };
}

function sharing(folder: string): readonly string[] {
  const options = ["ControlMaster=auto", `ControlPath=${join(folder, "m")}`, "ControlPersist=60"];
  return options.flatMap((option) => ["-o", option]);
}

/**
 * A socket's path has 103 bytes or a few more, and ssh makes it under a name that is 17 longer first. Where no folder is
 * short enough, each call has a connection of its own.
 */
async function makeFolder(): Promise<string | undefined> {
  for (const place of [tmpdir(), "/tmp"]) {
    const start = join(place, "keyturn-ssh-");
    const made = Buffer.byteLength(start) > 78 ? undefined : await mkdtemp(start).catch(() => undefined);
    if (made !== undefined) return made;
  }
  return undefined;
}

async function endMaster({ environment }: SshAddress, words: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    execFile("ssh", ["-O", "exit", ...words], { env: environment }, () => resolve());
  });
}
