import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { environmentFile, fiftyValues } from "../fifty.ts";
import { must } from "../process.ts";
import type { Contender } from "../race.ts";
import type { BenchService } from "./service.ts";

export interface SshInput {
  readonly folder: string;
  readonly sshConfig: string;
  readonly hosts: readonly string[];
}

/** The least that any deploy over ssh costs: a login on each host, all at once, that does nothing. */
export function loginOnly({ sshConfig, hosts }: SshInput): Contender {
  return {
    name: `ssh true on ${hosts.length} hosts`,
    run: async () => {
      await Promise.all(hosts.map((host) => must(["ssh", "-F", sshConfig, `root-${host}`, "true"])));
    },
  };
}

/**
 * What one writes by hand: one login per host, all at once, as root; the file through a pipe, a rename, a restart, and
 * curl until the health endpoint answers. No check of the file, no journal, no way back.
 */
export async function bareLoop({ folder, sshConfig, hosts }: SshInput, service: BenchService): Promise<Contender> {
  const [script, file] = [join(folder, "loop.sh"), join(folder, "loop.env")];
  await writeFile(script, text(service));
  return {
    name: "bare loop",
    prepare: () => writeFile(file, environmentFile(fiftyValues())),
    run: async () => void (await must(["bash", script, sshConfig, file, ...hosts.map((host) => `root-${host}`)])),
  };
}

function text({ file, unit, health }: BenchService): string {
  return `config=$1 file=$2
shift 2
running=
for host; do
  ssh -F "$config" "$host" 'set -e
    umask 077
    cat >${file}.new
    chown bench:bench ${file}.new
    mv ${file}.new ${file}
    systemctl restart ${unit}
    until curl -sf -o /dev/null ${health}; do sleep 0.05; done' <"$file" &
  running="$running $!"
done
for one in $running; do wait "$one" || exit 1; done
`;
}
