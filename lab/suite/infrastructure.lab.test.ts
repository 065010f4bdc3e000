import { describe, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { attempt } from "../run.ts";
import { findTraces } from "../trace.ts";

const lab = openLab();
const names = lab.hosts.map((host) => host.name);

function ssh(alias: string, command: string, options: readonly string[] = []) {
  return attempt(["ssh", "-F", lab.sshConfig, ...options, alias, command]);
}

describe("every host of the lab", () => {
  test.each(names)("%s answers ssh as the deploy user, and its systemd has started everything", async (name) => {
    const { stdout } = await ssh(name, "id -un; hostname; systemctl is-system-running; systemd-detect-virt");
    expect(stdout.split("\n")).toEqual(["deploy", name, "running", "systemd-nspawn", ""]);
  });

  test("has a machine id and host keys of its own", async () => {
    const outputs = await Promise.all(
      names.map((name) => ssh(name, "cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub")),
    );
    const lines = outputs.flatMap(({ stdout }) => stdout.trim().split("\n"));
    expect(lines).toHaveLength(names.length * 2);
    expect(new Set(lines.map((line) => line.split(" ").slice(0, 2).join(" "))).size).toBe(names.length * 2);
  });

  test.each(names)("%s gives the deploy user no rights of root", async (name) => {
    expect((await ssh(name, "sudo -n true")).status).toBe(1);
    expect((await ssh(name, "touch /opt/forbidden")).status).toBe(1);
  });

  test.each(names)("%s is open to root's bootstrap key only", async (name) => {
    expect((await ssh(`root-${name}`, "id -u")).stdout).toBe("0\n");
    const withDeployKey = [...alone, "-o", "User=root"];
    expect((await ssh(name, "id -u", withDeployKey)).stderr).toContain("Permission denied");
  });

  test("has its services' code, and pulls what is published", async () => {
    const published = await lab.publishCode();
    for (const { name, services } of lab.hosts) {
      expect(services.length).toBeGreaterThan(0);
      for (const service of services) {
        const head = await ssh(
          name,
          `git -C /opt/${service}/code pull -q --ff-only && git -C /opt/${service}/code log -1 --format=%H`,
        );
        expect(head.stdout.trim()).toBe(published);
      }
    }
  });

  test("runs the Node that the checkout runs on", async () => {
    for (const name of names) expect((await ssh(name, "node --version")).stdout.trim()).toBe(process.version);
  });
});

const alone = ["-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "ConnectTimeout=2"];

describe("the way to a host", () => {
  test("leads through a jump host as well", async () => {
    const { stdout } = await ssh("app1-via-sip1", "echo $SSH_CONNECTION", alone);
    expect(stdout.split(" ")[0]).toBe("10.77.0.31");
  });

  test("ends when its cable is pulled, and is back with the cable", async () => {
    await lab.unreachable("fleet2");
    expect((await ssh("fleet2", "true", alone)).status).toBe(255);
    expect((await lab.exec("fleet2", ["systemctl", "is-system-running"])).stdout).toBe("running\n");
    await lab.reachable("fleet2");
    await expect.poll(async () => (await ssh("fleet2", "true", alone)).status, { timeout: 20_000 }).toBe(0);
  });

  test("refuses a host whose key isn't the known one", async () => {
    const { status, stderr } = await ssh("app1", "true", [...alone, "-o", "HostKeyAlias=app2"]);
    expect(status).toBe(255);
    expect(stderr).toContain("REMOTE HOST IDENTIFICATION HAS CHANGED");
  });
});

test("a host that was killed comes back with its disk and a new boot", async () => {
  await lab.exec("fleet3", ["tee", "/opt/before"], { input: "kept" });
  const before = await lab.exec("fleet3", ["stat", "-c", "%Y", "/proc/1"]);
  await lab.kill("fleet3");
  expect(await lab.isRunning("fleet3")).toBe(false);
  expect((await ssh("fleet3", "true", alone)).status).toBe(255);
  await lab.boot("fleet3");
  expect((await ssh("fleet3", "cat /opt/before", alone)).stdout).toBe("kept");
  expect((await lab.exec("fleet3", ["stat", "-c", "%Y", "/proc/1"])).stdout).not.toBe(before.stdout);
});

test("stopping a unit on one host leaves the unit of that name on the others alone", async () => {
  await lab.exec("app1", ["systemctl", "stop", "nginx"]);
  expect((await lab.exec("app1", ["systemctl", "is-active", "nginx"])).stdout).toBe("inactive\n");
  expect((await attempt(["curl", "-s", "http://10.77.0.11:8088/"])).status).toBe(7);
  expect((await attempt(["curl", "-s", "http://10.77.0.12:8088/"])).status).toBe(0);
  await lab.exec("app1", ["systemctl", "start", "nginx"]);
  expect((await attempt(["curl", "-s", "http://10.77.0.11:8088/"])).status).toBe(0);
});

test("the deploy user can build the console on an app host", async () => {
  const commands = "cd /opt/console/code/console && PATH=/opt/node_modules/.bin:$PATH vite build --outDir /tmp/bundle";
  const { status, stderr } = await ssh("app2", `${commands} && test -s /tmp/bundle/index.html && rm -r /tmp/bundle`);
  expect({ status, stderr }).toMatchObject({ status: 0 });
});

test("the app hosts share a queue", async () => {
  await lab.exec("app1", ["redis-cli", "set", "lab", "shared"]);
  expect((await lab.exec("app2", ["redis-cli", "-h", "10.77.0.11", "get", "lab"])).stdout).toBe("shared\n");
  await lab.exec("app1", ["redis-cli", "del", "lab"]);
});

test("the engine of box1 runs a composed service that the outside reaches, and its environment can be read there", async () => {
  const compose = `
version: "3"
services:
  echo:
    image: ${lab.nodeImage}
    init: true
    env_file: .env
    command: node -e 'require("http").createServer((_, r) => r.end(process.env.WORD)).listen(80)'
    ports: ["8099:80"]
`;
  const folder = "/root/infrastructure";
  await lab.exec("box1", ["mkdir", "-p", folder]);
  await lab.exec("box1", ["tee", `${folder}/docker-compose.yml`], { input: compose });
  await lab.exec("box1", ["tee", `${folder}/.env`], { input: "WORD=a b\n" });
  const up = await lab.exec("box1", [
    "docker-compose",
    "--project-directory",
    folder,
    "-f",
    `${folder}/docker-compose.yml`,
    "up",
    "-d",
  ]);
  expect(up.status).toBe(0);
  const answer = async () => (await attempt(["curl", "-s", "http://10.77.0.41:8099/"])).stdout;
  await expect.poll(answer, { timeout: 20_000 }).toBe("a b");
  const { stdout } = await ssh(
    "root-box1",
    "tr '\\0' '\\n' </proc/$(docker inspect -f '{{.State.Pid}}' infrastructure_echo_1)/environ",
  );
  expect(stdout.split("\n")).toContain("WORD=a b");
  await lab.exec("box1", ["docker", "rm", "-f", "infrastructure_echo_1"]);
});

test("what `down` looks for before it says that nothing is left is there while the hosts are up", async () => {
  const traces = await findTraces();
  for (const kind of ["process", "mount", "link", "control group", "file"]) {
    expect(traces.filter((trace) => trace.startsWith(`${kind} `)).length).toBeGreaterThan(0);
  }
});
