import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  bootstrapPlan,
  makeRecord,
  openSshHost,
  runBootstrap,
  type BootstrapOptions,
  type Controller,
  type Host,
  type HostAnswer,
  type HostRequest,
  type TargetAddress,
} from "#host";
import { Sensitive } from "#kernel";
import { temporaryFolder } from "../../test/host/fixture.ts";
import { openLab } from "../lab.ts";

const lab = openLab();
const controller: Controller = { owner: "probe/lab/store1", epoch: 1, lease: 1, auditHead: "-" };
const opened: Host[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((host) => host.close()));
});

function open(alias: string, config = lab.sshConfig): Host {
  const host = openSshHost({ name: alias, address: alias, config, environment: process.env });
  opened.push(host);
  return host;
}

const unitFile = `[Service]
EnvironmentFile=/opt/ktprobe/.env
User=ktprobe
ExecStart=/bin/sh -c 'test "$FATE" != dies || { sleep 0.3; exit 9; }; test "$FATE" != %i || exit 8; exec sleep 1000'
ExecReload=/bin/true
[Install]
WantedBy=multi-user.target
`;

const units: TargetAddress = {
  id: "probe@fleet3",
  service: "probe",
  runtime: {
    kind: "systemd",
    file: { path: "/opt/ktprobe/.env", owner: "ktprobe", group: "ktprobe", mode: "600" },
    instances: ["a", "b"].map((instance) => ({ instance, unit: `ktprobe@${instance}.service` })),
  },
};

const options: BootstrapOptions = {
  deployUser: "deploy",
  unitFiles: [{ path: "/etc/systemd/system/ktprobe@.service", text: unitFile }],
  serviceUsers: [{ name: "ktprobe", home: "/opt/ktprobe" }],
  folders: [{ path: "/opt/ktprobe/work", owner: "ktprobe", group: "ktprobe", mode: "755" }],
  prepareCommands: [
    {
      target: units.id,
      index: 0,
      user: "ktprobe",
      directory: "/opt/ktprobe/work",
      command: ["sh", "-c", "id -un >who"],
    },
  ],
};

describe("a host with systemd, over ssh", () => {
  const host = "fleet3";

  beforeAll(async () => {
    await prepare(host, [units], options);
  });

  afterAll(async () => {
    await removeProbe(host);
  });

  test("is prepared once, and a second time there is nothing to do", async () => {
    const again = await prepare(host, [units], options);
    expect(again.filter(({ state }) => state !== "ok")).toEqual([]);
  });

  test("lets the deploy user run the helper without arguments, and nothing else", async () => {
    const helper = "/usr/local/lib/keyturn/keyturn-host";
    const lines: string[] = [];
    const run = (command: readonly string[]) =>
      open(host).run(command, { timeout: 5000, onLine: (line) => lines.push(line) });
    expect(await run(["sudo", "-n", helper])).toEqual({ kind: "exited", code: 0 });
    expect(lines[0]).toMatch(/^keyturn-host \d+ [0-9a-f]{64}$/);
    expect(await run(["sudo", "-n", helper, "observe"])).toEqual({ kind: "exited", code: 1 });
    expect(await run(["sudo", "-n", "id"])).toEqual({ kind: "exited", code: 1 });
  });

  test("proves instance by instance what its processes carry", async () => {
    const answers = await open(host).perform(controller, [
      ...deliver(units, "r1", { TOKEN: "first" }),
      ...restartAndVerify(units),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(Array(6).fill("done"));
    const before = await observe(host, units);
    expect(before).toMatchObject({
      owner: { kind: "owned", owner: "probe/lab/store1" },
      file: { owner: "ktprobe", group: "ktprobe", mode: "600", content: "recorded" },
      instances: [
        { instance: "a", unit: "ktprobe@a.service", state: "active", carries: { kind: "recorded" } },
        { instance: "b", unit: "ktprobe@b.service", state: "active", carries: { kind: "recorded" } },
      ],
    });
    for (const { startedAt = 0 } of before.instances) expect(Math.abs(startedAt - Date.now())).toBeLessThan(30_000);
    await open(host).perform(controller, [
      ...deliver(units, "r2", { TOKEN: "second" }),
      ...restartAndVerify(units, ["a"]),
    ]);
    const half = await observe(host, units);
    expect(half.instances.map(({ carries }) => carries.kind)).toEqual(["recorded", "previous"]);
    expect(half.instances[0]?.invocation).not.toBe(before.instances[0]?.invocation);
    expect(half.instances[1]?.invocation).toBe(before.instances[1]?.invocation);
    const stale = await open(host).perform(controller, [verify(units, "b")]);
    expect(stale).toMatchObject([{ kind: "failed", reason: "environment-differs" }]);
  });

  test("takes a reload for done although it changes neither environment nor invocation", async () => {
    await settle(host);
    const answers = await open(host).perform(controller, [
      ...deliver(units, "r3", { TOKEN: "third" }),
      { kind: "restart", target: units, instance: "a", action: "reload" },
      verify(units, "a"),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(["done", "done", "done", "done"]);
  });

  test("says of a unit that starts and dies with which exit code, and goes back", async () => {
    await settle(host);
    const answers = await open(host).perform(controller, [
      ...deliver(units, "r4", { TOKEN: "fourth", FATE: "dies" }),
      ...restartAndVerify(units, ["a"]),
    ]);
    expect(answers.at(-1)).toMatchObject({
      kind: "failed",
      reason: "died",
      detail: expect.stringContaining("exit code 9"),
    });
    const back: HostRequest = { kind: "return", target: units };
    const returned = await open(host).perform(controller, [back, ...restartAndVerify(units, ["a"])]);
    expect(returned.map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
    expect((await observe(host, units)).record).toMatchObject({ release: "r0" });
  });

  test("runs prepare commands as the service's user", async () => {
    const answers = await open(host).perform(controller, [{ kind: "prepare", target: units, index: 0 }]);
    expect(answers).toMatchObject([{ kind: "done" }]);
    expect(await readFile(join(lab.root(host), "opt/ktprobe/work/who"), "utf8")).toBe("ktprobe\n");
  });

  test("reads what runs today only until it is owned", async () => {
    await settle(host);
    await expect(open(host).read(units)).rejects.toMatchObject({ code: "HOST_REFUSED" });
    await lab.exec(host, ["rm", "-r", `/var/lib/keyturn/${units.id}`]);
    const content = await open(host).read(units);
    expect(content.file?.reveal().toString()).toContain('TOKEN="zero"');
    expect(content.processes.map(({ instance }) => instance)).toEqual(["a", "b"]);
    expect(content.processes[0]?.environment.reveal().toString().split("\0")).toContain("TOKEN=zero");
    const record = recordOf("r1", { TOKEN: "zero", KEYTURN_RELEASE: "r0" });
    expect(await open(host).perform(controller, [{ kind: "claim", target: units, record }])).toMatchObject([
      { kind: "done" },
    ]);
    expect((await observe(host, units)).instances.map(({ carries }) => carries.kind)).toEqual(["recorded", "recorded"]);
  });

  test("is reached through a jump host, and shares one connection among calls", async () => {
    const host = open("fleet3-via-sip1");
    expect(await host.observe([units])).toHaveLength(1);
    const begin = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => host.observe([units])));
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  test("is refused with an unknown and with a changed key, each with what to do", async () => {
    const folder = temporaryFolder();
    const known = join(folder, "known_hosts");
    const config = join(folder, "config");
    const text = await readFile(lab.sshConfig, "utf8");
    const alone = text
      .replace(/ControlMaster auto/g, "ControlMaster no")
      .replace(/ControlPath .*/g, "ControlPath none");
    await writeFile(config, alone.replace(/UserKnownHostsFile .*/g, `UserKnownHostsFile ${known}`));
    await writeFile(known, "");
    await expect(open(host, config).observe([units])).rejects.toMatchObject({
      code: "HOST_KEY_UNKNOWN",
      hint: expect.stringContaining(`>> ${known}`),
    });
    const { stdout } = await lab.exec("fleet2", ["cat", "/etc/ssh/ssh_host_ed25519_key.pub"]);
    await writeFile(known, `10.77.0.23 ${stdout}`);
    await expect(open(host, config).observe([units])).rejects.toMatchObject({
      code: "HOST_KEY_CHANGED",
      hint: expect.stringContaining("ssh-keygen -R"),
    });
  });
});

describe("a host with a Docker engine", () => {
  const host = "box1";
  const target: TargetAddress = {
    id: "web@box1",
    service: "web",
    runtime: {
      kind: "compose",
      file: { path: "/opt/ktprobe/.env", owner: "root", group: "root", mode: "600" },
      project: "/opt/ktprobe",
      composeFile: "docker-compose.yml",
      instances: [{ instance: "", unit: "web" }],
    },
  };

  beforeAll(async () => {
    await prepare(host, [target], { ...options, unitFiles: [], serviceUsers: [], folders: [], prepareCommands: [] });
    const web = `version: "2.4"\nservices:\n  web:\n    image: ${lab.nodeImage}\n    command: ["sleep", "1000"]\n    env_file: .env\n`;
    await lab.exec(host, ["tee", "/opt/ktprobe/docker-compose.yml"], { input: web });
  });

  afterAll(async () => {
    await lab.exec(host, ["sh", "-c", "cd /opt/ktprobe && docker-compose down -t 0"]);
    await removeProbe(host);
  });

  test("recreates the container, because a restart would not read the file again", async () => {
    expect((await observe(host, target)).instances).toMatchObject([{ state: "inactive" }]);
    for (const release of ["r1", "r2"]) {
      const answers = await open(host).perform(controller, [
        ...deliver(target, release, { TOKEN: release }, plain),
        ...restartAndVerify(target),
      ]);
      expect(answers.map(({ kind }) => kind)).toEqual(["done", "done", "done", "done"]);
      expect(await observe(host, target)).toMatchObject({
        record: { release },
        instances: [{ state: "active", carries: { kind: "recorded" } }],
      });
    }
  });
});

test("a host whose cable is pulled is unreachable, and comes back", async () => {
  await lab.unreachable("fleet2");
  try {
    await expect(open("fleet2").observe([])).resolves.toEqual([]);
    await expect(open("fleet2").observe([units])).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
  } finally {
    await lab.reachable("fleet2");
  }
});

async function prepare(host: string, targets: readonly TargetAddress[], options: BootstrapOptions) {
  const way = {
    kind: "ssh",
    name: host,
    address: `root-${host}`,
    config: lab.sshConfig,
    environment: process.env,
  } as const;
  return await runBootstrap(way, bootstrapPlan(host, targets, options));
}

async function removeProbe(host: string): Promise<void> {
  const script = `systemctl disable --now ktprobe@a ktprobe@b; userdel ktprobe; sed -i '/ktprobe/d' /etc/keyturn/targets
    rm -rf /opt/ktprobe /var/lib/keyturn/probe@* /var/lib/keyturn/web@* /etc/systemd/system/ktprobe@.service
    systemctl daemon-reload`;
  await lab.exec(host, ["sh", "-c", script]);
}

/** Both instances run with the release r0, whatever the test before has left. */
async function settle(host: string): Promise<void> {
  const requests = [...deliver(units, "r0", { TOKEN: "zero" }), ...restartAndVerify(units)];
  const answers: readonly HostAnswer[] = await open(host).perform(controller, requests);
  expect(answers.at(-1)).toMatchObject({ kind: "done", request: "verify" });
}

async function observe(host: string, target: TargetAddress) {
  const [found] = await open(host).observe([target]);
  if (found === undefined) throw new Error("nothing observed");
  return found;
}

function restartAndVerify(target: TargetAddress, only?: readonly string[]): readonly HostRequest[] {
  if (target.runtime.kind === "site") return [];
  return target.runtime.instances
    .map(({ instance }) => instance)
    .filter((instance) => only?.includes(instance) ?? true)
    .flatMap((instance) => [{ kind: "restart", target, instance, action: "restart" }, verify(target, instance)]);
}

function verify(target: TargetAddress, instance: string): HostRequest {
  return { kind: "verify", target, instance, checks: [], deadline: 15_000 };
}

const quotedLine = (name: string, value: string) => `${name}="${value}"\n`;
const plain = (name: string, value: string) => `${name}=${value}\n`;

function deliver(
  target: TargetAddress,
  release: string,
  variables: Readonly<Record<string, string>>,
  line: typeof plain = quotedLine,
): readonly HostRequest[] {
  const all = { ...variables, KEYTURN_RELEASE: release };
  const text = Object.entries(all).map(([name, value]) => line(name, value));
  const record = recordOf(release, all);
  return [
    { kind: "stage", target, file: Sensitive.of(text.join("")), record },
    { kind: "swap", target },
  ];
}

function recordOf(release: string, variables: Readonly<Record<string, string>>) {
  return makeRecord({
    release,
    digest: randomBytes(8).toString("hex"),
    salt: randomBytes(16).toString("hex"),
    variables: Object.entries(variables).map(([name, value]) => ({ name, value: Sensitive.of(value) })),
  });
}
