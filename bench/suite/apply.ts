import { join } from "node:path";
import { installPackages } from "../../lab/package-list.ts";
import { ansible } from "../apply/ansible.ts";
import { benchHosts, onEach, writeSshConfig } from "../apply/hosts.ts";
import { bareLoop, loginOnly, type SshInput } from "../apply/loop.ts";
import { openProject } from "../apply/project.ts";
import { prepareScript, serviceOf } from "../apply/service.ts";
import type { Bench, Benchmark, Row } from "../benchmark.ts";
import { atMost, timesFaster } from "../claim.ts";
import { race, type Contender, type Timing } from "../race.ts";

const services = {
  keyturn: serviceOf("keyturn-bench", 8101),
  bare: serviceOf("bare-bench", 8102),
  ansible: serviceOf("ansible-bench", 8103),
};

export const applyToSix: Benchmark = {
  name: "apply6",
  title: "`apply` to 6 hosts",
  hosts: "bare",
  about: `Real hosts (systemd, sshd) on this machine: everything that runs on them runs on its processors as well. One service with 50
variables on each host, one value changed before each run; the service is a web server that starts in two milliseconds. All
begin without an open connection. \`keyturn apply\` logs in as the deploy user and takes the helper's way through sudo; the
bare loop and Ansible log in as root. Only Keyturn looks first, keeps what was there, proves the running process's
environment, journals every step on the disk, and could go back.

One and a half times the bare loop is not reached. Before it was tuned, an apply took 5.6 times the loop, and one with nothing
to change 5.3 times \`ssh true\`. Three attempts brought that down: a helper that starts fewer programs, one stream for the look
and for what follows it, and then fewer programs still, over a connection that is not made to be shared. Both processors are busy
all the time: what counts is their time, and a program that starts and ends costs 5 to 10 ms of it. Of what is left beside ssh
most is, per host, the reading by its own systemd (90 ms), \`systemctl show\` (25 ms each, before, after and again until it is healthy), small
programs of the helper (100 ms), sudo, \`ssh -G\` (30 ms each) and our own Node (70 ms). Less of that would be less proof, or
another program on the host than a shell script that anyone can read.`,
  measure: (bench) => measureApply(bench, { count: 6, rounds: 3 }),
};

export const applyToTwenty: Benchmark = {
  name: "apply20",
  title: "`apply` to 20 hosts",
  hosts: "bare",
  about: `The same with 20 hosts, in one round: Ansible takes its time, and all hosts share these processors.`,
  measure: (bench) => measureApply(bench, { count: 20, rounds: 1 }),
};

interface Size {
  readonly count: number;
  readonly rounds: number;
}

async function measureApply(bench: Bench, { count, rounds }: Size): Promise<readonly Row[]> {
  const { folder, signal, tell } = bench;
  await installPackages(["ansible-core"], tell, signal);
  const input = { folder, sshConfig: join(folder, "ssh_config"), hosts: benchHosts.slice(0, count) };
  await writeSshConfig(input.sshConfig);
  await onEach(input.hosts, prepareScript(Object.values(services)));
  const slow = await slowContenders(input);
  const fast = await fastContenders(input, bench.keyturn);
  tell("racing");
  const timings = await race([...fast, ...slow], { rounds, signal });
  return rowsOf(timings);
}

async function fastContenders(input: SshInput, keyturn: string): Promise<readonly Contender[]> {
  const project = await openProject(input, services.keyturn, keyturn);
  return [
    loginOnly(input),
    project.nothing("keyturn apply, nothing to change"),
    await bareLoop(input, services.bare),
    project.change("keyturn apply", "all"),
    project.change("keyturn apply, one host as canary first", "[1, rest]"),
  ];
}

async function slowContenders(input: SshInput): Promise<readonly Contender[]> {
  return [await ansible(input, services.ansible, "as installed"), await ansible(input, services.ansible, "tuned")];
}

function rowsOf([login, nothing, bare, apply, canary, installed, tuned]: readonly Timing[]): readonly Row[] {
  if (!login || !nothing || !bare || !apply || !canary || !installed || !tuned) return [];
  return [
    { what: apply.name, timing: apply, claim: atMost(1.5, apply, bare) },
    { what: "", claim: timesFaster(7, apply, installed) },
    { what: "", claim: timesFaster(4, apply, tuned) },
    { what: nothing.name, timing: nothing, claim: atMost(1.5, nothing, login) },
    { what: canary.name, timing: canary },
    ...[bare, installed, tuned, login].map((timing) => ({ what: timing.name, timing })),
  ];
}
