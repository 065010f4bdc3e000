import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bootstrapPlan,
  makeRecord,
  openSshHost,
  runBootstrap,
  type Controller,
  type Host,
  type TargetAddress,
} from "#host";
import { Sensitive } from "#kernel";
import { openLab } from "../lab.ts";

/* Machines that are in the way of a delivery: what they do is told before anything is touched, or does no harm. */
const lab = openLab();
const host = "fleet1";
const folder = "/opt/kthostile";
const controller: Controller = { owner: "hostile/lab/store1", epoch: 1, lease: 1, auditHead: "-" };
const planted: string[] = [];
let machine: Host;

beforeAll(async () => {
  await inside(cleanUp);
  await inside("useradd --system kthostile");
  const way = { kind: "ssh", name: host, address: `root-${host}`, config: lab.sshConfig, environment: process.env };
  const options = { deployUser: "deploy", unitFiles: [], serviceUsers: [], folders: [], prepareCommands: [] };
  await runBootstrap({ ...way, kind: "ssh" }, bootstrapPlan(host, [target, roots], options));
  machine = openSshHost({ name: host, address: host, config: lab.sshConfig, environment: process.env });
  await deliver(target, `TOKEN="${plant()}"\n`);
});

afterAll(async () => {
  await machine.close();
  await inside(cleanUp);
});

const target = targetAt("file@fleet1", "kthostile");
const roots = targetAt("root@fleet1", "root");

function targetAt(id: string, owner: string): TargetAddress {
  const file = { path: `${folder}/${owner}.env`, owner, group: owner, mode: "600" };
  return { id, service: "file", runtime: { kind: "systemd", file, instances: [] } };
}

describe("a staged file that the machine's own systemd reads before the swap", () => {
  test("is recorded when it reads what was sent, whatever the values hold", async () => {
    const value = plant();
    expect(await stage(target, `TOKEN="${value} \\"\\\\\\$x\n\t' ü"\n`, `${value} "\\$x\n\t' ü`)).toEqual([
      { kind: "done", request: "stage", target: target.id },
    ]);
    await machine.perform(controller, [{ kind: "sweep", target }]);
  });

  test.each([
    ["a name that is none", (value: string) => `OTHER=1\nTO-KEN="${value}"\n`],
    ["a shell's word before the name", (value: string) => `export TOKEN=${value}\n`],
    ["a comment that swallows the next line", (value: string) => `# comment \\\nTOKEN=${value}\n`],
    ["a value that is not quoted as it should be", (value: string) => `TOKEN="${value}\n`],
    ["a quote that is never closed before it", (value: string) => `OTHER='\nTOKEN=${value}\n`],
    ["a byte order mark", (value: string) => `\uFEFFTOKEN=${value}\n`],
    ["a zero byte", (value: string) => `TOKEN=${value}\0\n`],
    ["nothing", () => ""],
  ])("is refused with %s, and nothing is touched", async (_, text) => {
    const value = plant();
    const before = await state();
    expect(await stage(target, text(value), value)).toMatchObject([
      { kind: "failed", reason: "misread", detail: "its systemd reads other values of TOKEN" },
    ]);
    expect(await state()).toBe(before);
  });

  // systemd logs these by itself, not for the unit: what our own reader refuses must not get here
  test.each([
    ["no text", Buffer.from("TOKEN=not-planted\xff\n", "latin1")],
    ["a noncharacter", "TOKEN=not-planted\uFFFF\n"],
  ])("is refused with a value that is %s", async (_, text) => {
    expect(await stage(target, text, "not-planted")).toMatchObject([{ kind: "failed", reason: "misread" }]);
  });

  test("is refused when no process could be started with it", async () => {
    const before = await state();
    const value = plant() + "x".repeat(140_000);
    expect(await stage(target, `TOKEN="${value}"\n`, value)).toMatchObject([{ kind: "failed", reason: "misread" }]);
    expect(await state()).toBe(before);
  });

  test("leaves no value in the journal, and no unit", async () => {
    await inside("journalctl --sync");
    const journal = await inside("journalctl --no-pager --output=export");
    expect(planted.filter((value) => journal.includes(value))).toEqual([]);
    expect(await inside("ls /run/systemd/transient; systemctl list-units --all --no-legend 'run-*.service'")).toBe("");
  });

  test("is read by a process of the file's owner, and never by one of root's", async () => {
    await inside(`cat >/usr/sbin/systemd-run && chmod 755 /usr/sbin/systemd-run`, spy);
    try {
      const value = plant();
      for (const one of [target, roots]) {
        expect(await stage(one, `TOKEN="${value}"\n`, value)).toMatchObject([{ kind: "done" }]);
      }
      const seen = await inside("cat /run/kthostile-spy");
      expect(seen.trim().split("\n")).toEqual(["kthostile", expect.not.stringMatching(/^(root|nobody|kthostile)$/)]);
    } finally {
      await inside("rm -f /usr/sbin/systemd-run /run/kthostile-spy");
      await machine.perform(
        controller,
        [target, roots].map((one) => ({ kind: "sweep", target: one })),
      );
    }
  });

  test.each([
    ["has no systemd-run", "mv /usr/bin/systemd-run /usr/bin/systemd-run.kept"],
    [
      "has a systemd-run from before 236",
      "printf '#!/bin/sh\\nexit 1\\n' >/usr/sbin/systemd-run; chmod 755 /usr/sbin/systemd-run",
    ],
  ])("is not read where the machine %s, which is told", async (_, spoil) => {
    await inside(spoil);
    try {
      const value = plant();
      const answers = await deliver(target, `TOKEN="${value}"\n`, value);
      expect(answers).toMatchObject([
        { kind: "done", remark: "not read by its own systemd before the swap: that needs systemd-run of version 236" },
        { kind: "done" },
      ]);
    } finally {
      await inside(
        "rm -f /usr/sbin/systemd-run; [ ! -e /usr/bin/systemd-run.kept ] || mv /usr/bin/systemd-run.kept /usr/bin/systemd-run",
      );
    }
  });
});

/** Calls the real one for the name of the user it would run as. */
const spy = `#!/bin/sh
real=/usr/bin/systemd-run
for word; do case $word in User=* | DynamicUser=*) as=$word ;; esac; done
$real --quiet --pipe --wait --collect -p "$as" id -un >>/run/kthostile-spy
exec $real "$@"
`;

function plant(): string {
  const value = `planted-${randomBytes(12).toString("hex")}`;
  planted.push(value);
  return value;
}

/** Any bytes, as no writer of ours would make them, with the record of what was meant. */
function stage(to: TargetAddress, text: string | Uint8Array, value: string) {
  return machine.perform(controller, [stageRequest(to, text, value)]);
}

function deliver(to: TargetAddress, text: string, value = /"(.*)"/.exec(text)?.[1] ?? "") {
  return machine.perform(controller, [stageRequest(to, text, value), { kind: "swap", target: to }]);
}

function stageRequest(to: TargetAddress, text: string | Uint8Array, value: string) {
  const record = makeRecord({
    release: "r1",
    digest: randomBytes(8).toString("hex"),
    salt: randomBytes(16).toString("hex"),
    variables: [{ name: "TOKEN", value: Sensitive.of(value) }],
  });
  return { kind: "stage", target: to, file: Sensitive.of(text), record } as const;
}

/** The file, what lies beside it, and what is kept of it. */
async function state(): Promise<string> {
  return inside(
    `cd ${folder} && ls -lAi --time-style=full-iso . && sha256sum ${folder}/* && ls -A /var/lib/keyturn/*@${host}`,
  );
}

async function inside(script: string, input = ""): Promise<string> {
  return (await lab.exec(host, ["sh", "-c", script], { input })).stdout;
}

const cleanUp = `sed -i '/kthostile/d' /etc/keyturn/targets
rm -rf ${folder} /var/lib/keyturn/file@${host} /var/lib/keyturn/root@${host}
userdel kthostile`;
