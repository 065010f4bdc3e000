import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ignoreState } from "#corpus";
import { dialects } from "#dialect";
import {
  makeRecord,
  openProcessHost,
  processIdentity,
  processMarks,
  readMarks,
  runningProcesses,
  scanHostKeys,
  type TargetAddress,
} from "#host";
import { Sensitive } from "#kernel";
import { readPortShift } from "../../../src/operation/start/port-shift-file.ts";
import { processFolder } from "../../../src/operation/start/process-folder.ts";
import { compareEnvironment } from "../../../src/host/record.ts";
import { readSshConfiguration } from "../../../src/host/ssh/configuration.ts";
import { explainSsh } from "../../../src/host/ssh/trouble.ts";
import { foreignBytes, type Words } from "../bytes.ts";
import { checkTold, holds, outcomeOf, planted } from "../law.ts";
import type { Room, Target } from "../target.ts";

const digest = "a".repeat(64);

const environ: Words = {
  whole: ["PATH=/bin\0A=1\0B=two words\0C=\0", "A=1\0A=2\0=x\0noequals\0B=a=b\0", "A=\u00ff\u00fe\0"],
  words: "A¦B=¦=¦\0¦\0A=¦x¦\n¦\0B=1\0",
};

const kept: Words = {
  whole: [
    JSON.stringify({
      release: "r1",
      digest: "ab",
      salt: "00ff",
      whole: digest,
      variables: [{ name: "A", digest }],
      file: digest,
      attachments: { K: digest },
    }),
    JSON.stringify({ owner: "p/e/s", epoch: 1, lease: 2, auditHead: "" }),
    JSON.stringify({ service: "a", instance: "", pid: 999_999_999, identity: "1", invocation: "x", startedAt: 1 }),
  ],
  words:
    '{¦}¦[¦]¦,¦:¦null¦true¦1e400¦""¦"x"¦"variables":¦"whole":¦"attachments":¦"release":¦' +
    '"../../x"¦"identity":¦"pid":¦"owner":¦"epoch":¦"lease":¦"__proto__":¦"name":¦' +
    "999999999",
};

const printed: Words = {
  whole: [
    "user u\nhostname h\nport 22\nhostkeyalias none\nuserknownhostsfile ~/.ssh/known_hosts /etc/x\nproxyjump none\ncontrolpath none\n",
  ],
  words:
    "user ¦hostname ¦port ¦hostkeyalias ¦userknownhostsfile ¦globalknownhostsfile ¦proxyjump ¦" +
    "controlpath ¦none¦\n¦ ¦x¦~/",
};

const keys: Words = {
  whole: [
    `h ssh-ed25519 ${"A".repeat(68)}\n# h:22 SSH-2.0\n|1|x= ecdsa-sha2-nistp256 ${"B".repeat(120)}\n@revoked h ssh-rsa ${"C".repeat(300)}\n`,
  ],
  words: `h ¦ssh-ed25519 ¦${"A".repeat(68)}¦\n¦# ¦@cert-authority ¦|1|¦=¦ `,
};

const complaints: Words = {
  whole: [
    "ssh: connect to host h port 22: Connection refused\n",
    "u@h: Permission denied (publickey).\n",
    "sudo: a password is required\n",
  ],
  words: "\n¦Permission denied¦ssh: ¦Host key¦x ¦\r\n¦\u001b[1m",
};

const marks: Words = {
  whole: ["keyturn-mark a@h p/e/s 1 2 -\n", "Welcome\nkeyturn-mark a@h q/e/s 3 4 -\nkeyturn-mark b@h x 1 1\n"],
  words: "keyturn-mark ¦a@h ¦p/e/s ¦1 ¦\n¦-¦\u001b[1m",
};

const records: Words = {
  whole: [
    ".gitignore\u00001\u0000.env\u0000.env\u0000",
    "a/.gitignore\u00002\u0000!.env\u0000.env\u0000\u0000\u0000\u0000.env.example\u0000",
  ],
  words: ".gitignore¦\u0000¦!¦.env¦name-of-a-probe¦1",
};

export function machineTargets({ folder }: Room): readonly Target[] {
  return [
    { name: "process-environment", input: foreignBytes(environ), check: checkEnvironment, runs: 150 },
    { name: "kept-by-processes", input: foreignBytes(kept), check: (input) => checkKept(folder, input), runs: 60 },
    {
      name: "port-shift",
      input: foreignBytes({ whole: ["1000\n"], words: "1¦e¦-¦.¦0x¦\n" }),
      check: (input) => checkPortShift(folder, input),
      runs: 60,
    },
    {
      name: "ssh-configuration",
      input: foreignBytes(printed),
      check: (input) => checkConfiguration(folder, input),
      runs: 15,
    },
    { name: "ssh-host-keys", input: foreignBytes(keys), check: (input) => checkHostKeys(folder, input), runs: 10 },
    { name: "ssh-complaint", input: foreignBytes(complaints), check: checkComplaint, runs: 60 },
    { name: "take-over-marks", input: foreignBytes(marks), check: (input) => checkMarks(folder, input), runs: 10 },
    { name: "git-records", input: foreignBytes(records), check: (input) => checkGit(folder, input), runs: 10 },
  ];
}

/** A process carries a record of what it was started with, and every name that differs is told. */
function checkEnvironment(input: Buffer): void {
  const found = new Map<string, Buffer>();
  for (const entry of input.toString("latin1").split("\0")) {
    const equals = entry.indexOf("=");
    if (equals > 0) found.set(entry.slice(0, equals), Buffer.from(entry.slice(equals + 1), "latin1"));
  }
  const variables = [...found].filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
  const recordOf = (change: string) => {
    const entries = variables.map(([name, value]) => ({
      name,
      value: Sensitive.of(Buffer.concat([value, Buffer.from(change)])),
    }));
    return makeRecord({ release: "r1", digest: "ab", salt: "00ff", variables: entries });
  };
  const same = compareEnvironment(input, recordOf(""));
  holds(same.length === 0, `nothing differs from what was recorded: ${same.join(" ")}`);
  const twice = input.toString("latin1").split("\0").length > 2 * found.size + 1;
  const other = compareEnvironment(input, recordOf("."));
  holds(
    twice || other.length === variables.length || other.length > 0 || variables.length === 0,
    "another record differs",
  );
}

const service: TargetAddress = {
  id: "a@h",
  service: "a",
  runtime: {
    kind: "process",
    command: ["true"],
    directory: "/",
    instances: [{ instance: "", unit: "a", environment: {} }],
  },
};

/** Files that were cut or edited count as absent: looking, delivering and taking over go on. */
async function checkKept(folder: string, input: Buffer): Promise<void> {
  const home = join(folder, "kept");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(home, "a"), { recursive: true });
  for (const name of [
    "record.json",
    "previous.json",
    "staged.json",
    "controller.json",
    "instance.json",
    ".env",
    "previous.env",
  ]) {
    writeFileSync(join(home, "a", name), input);
  }
  const readFile = (bytes: Uint8Array) => dialects.systemd.read(bytes).entries;
  const host = openProcessHost({ name: "h", folder: home, node: "node", readFile, environment: {} });
  const controller = { owner: "p/e/s", epoch: 9, lease: 9, auditHead: "" };
  const record = makeRecord({ release: "r2", digest: "cd", salt: "00ff", variables: [] });
  const observed = await outcomeOf(() => host.observe([service]));
  holds(observed.kind === "read", "a damaged file stops no look");
  const [instance] = observed.result[0]?.instances ?? [];
  holds(instance?.state !== "active", "no process that is gone counts as running");
  await outcomeOf(() => host.read(service));
  const marked = await outcomeOf(() => processMarks(home, [service]));
  holds(marked.kind === "read", "nor a look for owners");
  for (const { epoch, lease } of marked.result) holds(Number.isInteger(epoch + lease), "a mark is whole");
  holds((await runningProcesses(home)).length === 0, "none runs");
  await checkLiving(home, input);
  await outcomeOf(() => host.perform(controller, [{ kind: "sweep", target: service }]));
  await outcomeOf(() =>
    host.perform(controller, [
      { kind: "claim", target: service, record },
      { kind: "return", target: service },
    ]),
  );
}

/** The records of a process that runs: this one. */
async function checkLiving(home: string, input: Buffer): Promise<void> {
  const living: TargetAddress = { ...service, id: "b@h", service: "b" };
  const identity = await processIdentity(process.pid);
  const started = { service: "b", instance: "", pid: process.pid, identity, invocation: "x", startedAt: 1 };
  mkdirSync(join(home, "b"));
  for (const name of ["record.json", "previous.json"]) writeFileSync(join(home, "b", name), input);
  writeFileSync(join(home, "b", "instance.json"), JSON.stringify(started));
  const host = openProcessHost({ name: "h", folder: home, node: "node", readFile: () => [], environment: {} });
  const outcome = await outcomeOf(() => host.observe([living]));
  holds(outcome.kind === "read" && outcome.result[0]?.instances[0]?.state === "active", "it is seen to run");
}

function checkPortShift(folder: string, input: Buffer): void {
  const home = join(folder, "shift");
  mkdirSync(processFolder(home, "local"), { recursive: true });
  writeFileSync(join(processFolder(home, "local"), "port-shift"), input);
  const shift = readPortShift(home, "local");
  holds(Number.isInteger(shift) && Math.abs(shift) < 65_536, `${shift} shifts a port to another`);
}

async function checkConfiguration(folder: string, input: Buffer): Promise<void> {
  const bin = programs(folder, { ssh: input });
  const outcome = await outcomeOf(() =>
    readSshConfiguration({ name: "h", address: "h", environment: { PATH: bin, HOME: "/root" } }),
  );
  holds(outcome.kind === "read", "whatever ssh prints is a configuration");
  const { arguments: words } = outcome.result;
  holds(words.at(-2) === "--" && words.at(-1) === "h", "the address ends the options");
}

async function checkHostKeys(folder: string, input: Buffer): Promise<void> {
  const bin = programs(folder, {
    ssh: Buffer.from("hostname h\nport 22\nproxyjump none\nuserknownhostsfile /nowhere\n"),
    "ssh-keyscan": input,
    "ssh-keygen": input,
  });
  const outcome = await outcomeOf(() => scanHostKeys({ name: "h", address: "h", environment: { PATH: bin } }));
  if (outcome.kind === "refused") return;
  for (const { type, fingerprint } of outcome.result.keys) {
    checkTold(type);
    holds(/^SHA256:[A-Za-z0-9+/]{43}$/.test(fingerprint), "a fingerprint is one");
  }
}

async function checkComplaint(input: Buffer): Promise<void> {
  const configuration = {
    arguments: [],
    user: "u",
    hostname: "h",
    port: "22",
    knownHosts: [],
    jumps: [],
    shares: false,
  };
  for (const code of [1, 127, 255, undefined]) {
    const address = { name: "h", address: "h", environment: { PATH: "/nowhere" } };
    const outcome = await outcomeOf(async () => {
      throw await explainSsh(
        address,
        configuration,
        code,
        input.toString("latin1").replaceAll(planted.slice(0, 4), ""),
      );
    });
    holds(outcome.kind === "refused", "it is always a failure");
  }
}

async function checkMarks(folder: string, input: Buffer): Promise<void> {
  const bin = programs(folder, { sh: input });
  const outcome = await outcomeOf(() => readMarks({ kind: "local", environment: { PATH: bin } }, "h", ["a@h"]));
  if (outcome.kind === "refused") return;
  for (const { owner, epoch, lease } of outcome.result) {
    checkTold(owner);
    holds(Number.isSafeInteger(epoch) && Number.isSafeInteger(lease), "numbers are numbers");
  }
}

async function checkGit(folder: string, input: Buffer): Promise<void> {
  const repository = join(folder, "repository");
  mkdirSync(join(repository, ".git"), { recursive: true });
  const outcome = await outcomeOf(() => ignoreState(repository, { searchPath: programs(folder, { git: input }) }));
  holds(outcome.kind === "read", "whatever git says is a state");
}

/** Programs that read nothing and say these bytes. */
function programs(folder: string, said: Readonly<Record<string, Uint8Array>>): string {
  const bin = join(folder, "bin");
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  for (const [name, bytes] of Object.entries(said)) {
    writeFileSync(join(bin, `${name}.said`), bytes);
    writeFileSync(join(bin, name), `#!/bin/sh\nexec /bin/cat ${bin}/${name}.said\n`);
    chmodSync(join(bin, name), 0o700);
  }
  holds(readdirSync(bin).length === 2 * Object.keys(said).length, "they are there");
  return bin;
}
