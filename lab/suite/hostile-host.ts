import { randomBytes } from "node:crypto";
import {
  bootstrapPlan,
  makeRecord,
  openSshHost,
  runBootstrap,
  type Controller,
  type Host,
  type HostAnswer,
  type TargetAddress,
} from "#host";
import { Sensitive } from "#kernel";
import type { Lab } from "../lab.ts";

/** A machine with one prepared target of a service user and one of root's; what is asked of it needs no writer of ours. */
export interface HostileHost {
  readonly name: string;
  readonly folder: string;
  readonly target: TargetAddress;
  readonly roots: TargetAddress;
  readonly machine: Host;
  readonly controller: Controller;
  /** a value that must be found nowhere, and all of them */
  plant(): string;
  planted(): readonly string[];
  /** any bytes, with the record of what was meant */
  stage(to: TargetAddress, text: string | Uint8Array, value: string): Promise<readonly HostAnswer[]>;
  deliver(text: string): Promise<readonly HostAnswer[]>;
  inside(script: string, input?: string): Promise<string>;
  close(): Promise<void>;
}

const controller: Controller = { owner: "hostile/lab/store1", epoch: 1, lease: 1, auditHead: "-" };
const folder = "/opt/kthostile";

export async function openHostileHost(lab: Lab, name: string): Promise<HostileHost> {
  const inside = async (script: string, input = "") => (await lab.exec(name, ["sh", "-c", script], { input })).stdout;
  const [target, roots] = [targetAt(`file@${name}`, "kthostile"), targetAt(`root@${name}`, "root")];
  const way = { name, config: lab.sshConfig, environment: process.env };
  const options = { deployUser: "deploy", unitFiles: [], serviceUsers: [], folders: [], prepareCommands: [] };
  const planted: string[] = [];
  await inside(cleanUp);
  await inside("useradd --system kthostile");
  await runBootstrap({ ...way, kind: "ssh", address: `root-${name}` }, bootstrapPlan(name, [target, roots], options));
  const machine = openSshHost({ ...way, address: name });
  const opened: HostileHost = {
    name,
    folder,
    target,
    roots,
    machine,
    controller,
    plant: () => {
      const value = `planted-${randomBytes(12).toString("hex")}`;
      planted.push(value);
      return value;
    },
    planted: () => planted,
    stage: (to, text, value) => machine.perform(controller, [stageRequest(to, text, value)]),
    deliver: (text) => {
      const value = /"(.*)"/.exec(text)?.[1] ?? "";
      return machine.perform(controller, [stageRequest(target, text, value), { kind: "swap", target }]);
    },
    inside,
    close: async () => {
      await machine.close();
      await inside(cleanUp);
    },
  };
  await opened.deliver(`TOKEN="${opened.plant()}"\n`);
  return opened;
}

function targetAt(id: string, owner: string): TargetAddress {
  const file = { path: `${folder}/${owner}.env`, owner, group: owner, mode: "600" };
  return { id, service: "file", runtime: { kind: "systemd", file, instances: [] } };
}

function stageRequest(target: TargetAddress, text: string | Uint8Array, value: string) {
  const record = makeRecord({
    release: "r1",
    digest: randomBytes(8).toString("hex"),
    salt: randomBytes(16).toString("hex"),
    variables: [{ name: "TOKEN", value: Sensitive.of(value) }],
  });
  return { kind: "stage", target, file: Sensitive.of(text), record } as const;
}

const cleanUp = `sed -i '/kthostile/d' /etc/keyturn/targets
umount ${folder}/*.env
rm -rf ${folder} /var/lib/keyturn/file@* /var/lib/keyturn/root@*
userdel kthostile; usermod -s /bin/bash deploy
rm -f /etc/sudoers.d/zz-kthostile /etc/ssh/sshd_config.d/kthostile.conf /opt/ktshell`;
