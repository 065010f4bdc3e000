import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt } from "../../lab/run.ts";
import { fiftyValues } from "../fifty.ts";
import { must } from "../process.ts";
import type { Contender } from "../race.ts";
import type { SshInput } from "./loop.ts";
import type { BenchService } from "./service.ts";

/** How Debian installs it, and what its own documentation says makes it faster. */
export type AnsibleTuning = "as installed" | "tuned";

/**
 * The three modules that one would use: template, systemd, uri. It logs in as root, so that no sudo costs it anything. Its
 * shared connections are ended between runs: everyone starts with none.
 */
export async function ansible(input: SshInput, service: BenchService, tuning: AnsibleTuning): Promise<Contender> {
  const folder = join(input.folder, `ansible-${tuning.replace(" ", "-")}`);
  const control = join(folder, "cp");
  await mkdir(control, { recursive: true });
  await writeFile(join(folder, "ansible.cfg"), configuration(input.sshConfig, control, tuning));
  await writeFile(join(folder, "inventory"), input.hosts.map((host) => `root-${host}\n`).join(""));
  await writeFile(join(folder, "playbook.yml"), playbook(service));
  await writeFile(
    join(folder, "env.j2"),
    "{% for name, value in variables.items() %}\n{{ name }}={{ value }}\n{% endfor %}\n",
  );
  const env = { ANSIBLE_CONFIG: join(folder, "ansible.cfg"), ANSIBLE_HOME: join(folder, "home"), HOME: folder };
  return {
    name: `ansible ${tuning}`,
    prepare: async () => {
      await endShared(control);
      await writeFile(join(folder, "values.json"), JSON.stringify({ variables: Object.fromEntries(fiftyValues()) }));
    },
    run: async () => {
      const words = ["ansible-playbook", "-i", "inventory", "-e", "@values.json", "playbook.yml"];
      await must(words, { cwd: folder, env });
    },
  };
}

function configuration(sshConfig: string, control: string, tuning: AnsibleTuning): string {
  const faster = tuning === "tuned";
  return `[defaults]
${faster ? "forks = 20\n" : ""}
[ssh_connection]
ssh_common_args = -F ${sshConfig}
control_path_dir = ${control}
${faster ? "pipelining = True\n" : ""}`;
}

function playbook({ file, unit, health }: BenchService): string {
  return `- hosts: all
  tasks:
    - template: { src: env.j2, dest: ${file}, owner: bench, group: bench, mode: "0600" }
    - systemd: { name: ${unit}, state: restarted }
    - uri: { url: "${health}" }
      register: health
      until: health.status == 200
      retries: 100
      delay: 1
`;
}

async function endShared(control: string): Promise<void> {
  for (const socket of existsSync(control) ? await readdir(control) : []) {
    await attempt(["ssh", "-o", `ControlPath=${join(control, socket)}`, "-O", "exit", "bench"]);
    await rm(join(control, socket), { force: true });
  }
}
