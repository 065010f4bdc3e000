import { spawn } from "node:child_process";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { HostScanResult } from "#operation";
import { openLab } from "../lab.ts";
import { place } from "../place.ts";
import { openProject, type Project } from "../project.ts";

/* Values that were planted on real hosts, and what a search of those tells. fleet1 has busybox's tools in place of GNU's. */
const lab = openLab();
const hosts = ["box1", "fleet1"] as const;
const token = "lab-tok-4f9b2c77d1e84a66";
const pem = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF42\n-----END KEY-----";
const quoted = `lab "quoted" / value 77`;
const elsewhere = "lab-never-delivered-5c1f";
/** of a vendor's form, so that a kit may have it */
const vendorKey = "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";
const tools = "grep awk find tr cut gzip cat head sed stat od sha256sum";
let project: Project;

beforeAll(async () => {
  for (const host of hosts) await inside(host, cleanUp);
  await inside("fleet1", `for tool in ${tools}; do ln -s /bin/busybox /usr/sbin/$tool; done`);
  project = await openProject({
    "keyturn.yaml": manifest,
    ".env.example": contract,
    "other.env.example": other,
    "ktscan.service": unit,
    "ktscan-other.service": unit.replace("begun with $$TOKEN", "begun"),
  });
  await done(["init", "--yes"]);
  await project.set("TOKEN", token);
  await project.set("QUOTED", quoted);
  await project.set("CERT", pem);
  await project.set("ELSEWHERE", elsewhere);
  await project.set("VENDOR_KEY", vendorKey);
  await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
  await done(["apply", "api", "--yes"]);
});

afterAll(async () => {
  for (const host of hosts) await inside(host, cleanUp);
  project.remove();
});

describe("a search of real hosts", () => {
  test("finds nothing where nothing leaked but what the service says itself, and not in the values' own places", async () => {
    const found = await scan();
    expect(new Set(placesOf(found))).toEqual(
      new Set(hosts.map((host) => `${host} TOKEN journal ktscan.service MESSAGE literal`)),
    );
    for (const host of found.hosts) {
      expect(host).toMatchObject({ state: "searched", values: 3, unsought: ["ELSEWHERE v1"], more: false });
      expect(host.looked.journal).toBeGreaterThan(10);
    }
    expect(found.hosts.find(({ host }) => host === "box1")?.looked).toHaveProperty("containers");
  });

  test("finds what lies in files, packed logs, other encodings and a container's log, and nothing else", async () => {
    const base64 = Buffer.from(`user:${token}`).toString("base64");
    for (const host of hosts) {
      await lay(host, "/opt/x/notes.txt", `one\nthe token: ${token}\n`);
      await lay(host, "/opt/x/logs/app.log.1.gz", gzipSync(`a\nb\n${token}\n`));
      await lay(host, "/opt/x/logs/app.log", `authorization: Basic ${base64}\n{"q":${JSON.stringify(quoted)}}\n`);
      await lay(host, "/opt/ktscan/.env.bak", `TOKEN=${token}\n`);
      await lay(host, "/opt/x/key.pem", `  MIIEvQIBADANBgkqhkiG9w0BAQEF42\n`);
      await lay(host, "/opt/x/elsewhere", `${elsewhere}\n`);
      await lay(host, "/opt/x/other", "lab-tok-of-somebody-else\n");
    }
    await inside(
      "box1",
      `docker run -d --name ktscan ${lab.nodeImage} sh -c 'cat; echo said: ${token}; exec sleep 1000'`,
    );
    const expected = hosts.flatMap((host) => [
      `${host} CERT /opt/x/key.pem:1 line`,
      `${host} QUOTED /opt/x/logs/app.log:2 json`,
      `${host} TOKEN /opt/ktscan/.env.bak:1 literal`,
      `${host} TOKEN /opt/x/logs/app.log.1.gz:3 literal`,
      `${host} TOKEN /opt/x/logs/app.log:1 base64`,
      `${host} TOKEN /opt/x/notes.txt:2 literal`,
      `${host} TOKEN journal ktscan.service MESSAGE literal`,
    ]);
    const found = await scan();
    expect(placesOf(found).filter((one) => !isOfEngine(one))).toEqual(
      [...expected, "box1 TOKEN container ktscan:1 literal"].toSorted(),
    );
  });

  test("finds with a kit what neither host holds, in what the login may read", async () => {
    const url = `https://example.com/?key=${Buffer.from(vendorKey).toString("base64url")}`;
    for (const host of hosts) {
      await lay(host, "/opt/x/vendor.log", `one\n${url}\n`);
      await lay(host, "/opt/x/private", `${vendorKey}\n`);
      await inside(host, "chmod 644 /opt/x/vendor.log; chmod 600 /opt/x/private");
    }
    const found = await scan();
    const byKit = found.findings.filter(({ by }) => by === "kit");
    expect(byKit.map(({ host, name, encoding, where }) => ({ host, name, encoding, where }))).toEqual(
      hosts.map((host) => {
        const where = { kind: "file", path: "/opt/x/vendor.log", line: 2 };
        return { host, name: "VENDOR_KEY", encoding: "base64", where };
      }),
    );
    for (const { kit } of found.hosts) expect(kit).toMatchObject({ state: "searched", values: 1 });
    for (const { kit } of found.hosts) expect(kit?.unread).toBeGreaterThan(0);
    for (const host of hosts) await inside(host, "rm /opt/x/vendor.log /opt/x/private");
  });

  test("prints places and next steps, no value, and exits with 2", async () => {
    const { status, stdout, stderr } = await project.keyturn(["scan", "--hosts", "fleet1"]);
    expect({ status, stderr }).toMatchObject({ status: 2 });
    expect(stdout).toContain("  → keyturn rotate TOKEN --compromised\n");
    expect(stdout).toContain("  fleet1:/opt/x/notes.txt:2  literal\n");
    expect(stdout).toMatch(/^found: 3 secrets in 7 places; 1 host, /m);
    expect(stdout).not.toContain("box1");
  });

  test("goes to no host without the values that it does not hold, nor into an argument, a file or a log there", async () => {
    for (const host of hosts) {
      const seen = await inside(
        host,
        "journalctl -o export --no-pager | grep -ac lab-never-delivered || true; ls -A /tmp /var/tmp /dev/shm",
      );
      expect(seen).toMatch(/^0\n/);
      expect(await inside(host, "ls -A /var/lib/keyturn/api@*")).not.toMatch(/search|pattern|tmp/);
    }
  });

  test("leaves no process and no file where the command is killed in the middle", async () => {
    const slow = "/usr/sbin/journalctl";
    for (const host of hosts) await inside(host, `printf '#!/bin/sh\\nexec sleep 4321\\n' >${slow}; chmod 755 ${slow}`);
    try {
      const before = await Promise.all(hosts.map((host) => inside(host, listing)));
      const env = {
        PATH: process.env["PATH"],
        KEYTURN_SSH_CONFIG: place.sshConfig,
        KEYTURN_HOME: `${project.folder}/home`,
      };
      const child = spawn(process.execPath, [inject("command"), "scan", "--hosts"], {
        cwd: project.folder,
        env,
        stdio: "ignore",
      });
      for (const host of hosts) await expect.poll(() => atWork(host), { timeout: 30_000 }).toMatch(/sleep 4321/);
      child.kill("SIGKILL");
      for (const host of hosts) await expect.poll(() => atWork(host), { timeout: 30_000 }).toBe("");
      expect(await Promise.all(hosts.map((host) => inside(host, listing)))).toEqual(before);
    } finally {
      for (const host of hosts) await inside(host, `rm ${slow}`);
    }
  });

  test("leaves none on a host whose cable is pulled, and tells that it is away", async () => {
    await lab.unreachable("fleet1");
    try {
      const { status, stdout } = await project.keyturn(["scan", "--hosts", "--json"]);
      const found = JSON.parse(stdout) as HostScanResult;
      expect(status).toBe(2);
      expect(found.hosts).toMatchObject([
        { host: "box1", state: "searched" },
        { host: "fleet1", state: "unreachable" },
      ]);
    } finally {
      await lab.reachable("fleet1");
    }
  });

  test("tells a host with an older helper what to do", async () => {
    const helper = "/usr/local/lib/keyturn/keyturn-host";
    await inside("fleet1", `cp ${helper} ${helper}.kept; sed -i 's/^version=.*/version=8/' ${helper}`);
    try {
      const { status, stdout } = await project.keyturn(["scan", "--hosts", "fleet1"]);
      expect({ status, stdout }).toMatchObject({
        status: 1,
        stdout: expect.stringContaining("→ keyturn hosts prepare fleet1"),
      });
    } finally {
      await inside("fleet1", `mv ${helper}.kept ${helper}`);
    }
  });

  test("shows no value to whoever ran it", () => {
    expect(project.leaks()).toEqual([]);
  });
});

async function scan(): Promise<HostScanResult> {
  const { status, stdout, stderr } = await project.keyturn(["scan", "--hosts", "--json"]);
  expect({ status, stderr: status === 2 ? "" : `${stdout}${stderr}` }).toEqual({ status: 2, stderr: "" });
  return JSON.parse(stdout) as HostScanResult;
}

function placesOf({ findings }: HostScanResult): readonly string[] {
  return findings
    .map(({ host, name, encoding, where }) => {
      const at =
        where.kind === "file"
          ? `${where.path}:${where.line}`
          : where.kind === "container"
            ? `container ${where.container}:${where.line}`
            : `journal ${where.unit ?? "-"} ${where.field}`;
      return `${host} ${name} ${at} ${encoding}`;
    })
    .toSorted();
}

/** `docker run` of this suite has the value in an argument, which the engine's own log may repeat. */
function isOfEngine(place_: string): boolean {
  return /journal (docker|containerd)/.test(place_);
}

async function lay(host: string, path: string, content: string | Uint8Array): Promise<void> {
  await inside(host, `mkdir -p ${path.slice(0, path.lastIndexOf("/"))}`);
  await lab.exec(host, ["tee", path], { input: content });
}

async function done(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn(words);
  expect({ words, status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ words, status: 0, stderr: "" });
  return stdout;
}

async function inside(host: string, script: string): Promise<string> {
  return (await lab.exec(host, ["sh", "-c", script])).stdout;
}

function atWork(host: string): Promise<string> {
  return inside(host, "ps -eo args | grep -E '^(sleep 4321|.*/keyturn-host)' | grep -v grep");
}

const listing = "find /tmp /var/tmp /dev/shm /opt /var/lib/keyturn /usr/local/lib/keyturn -xdev | sort";

const manifest = `platform: ktscan
services:
  api:
    contract: .env.example
    runtime: systemd
    file: /opt/ktscan/.env
    owner: ktscan
    unit: ktscan.service
    unit-file: ktscan.service
    hosts: [box1, fleet1]
  other:
    contract: other.env.example
    runtime: systemd
    file: /opt/ktother/.env
    owner: ktscan
    unit: ktscan-other.service
    unit-file: ktscan-other.service
    hosts: [box1]
environments:
  lab:
    hosts: { box1: {}, fleet1: {} }
`;

const contract = `# @required @sensitive
TOKEN=change-me
# @required @sensitive
QUOTED=change-me
# @required @sensitive @type=file
CERT=change-me
`;

const other = "# @required @sensitive\nELSEWHERE=change-me\n# @required @sensitive\nVENDOR_KEY=change-me\n";

// two dollars: systemd would put the value into an argument
const unit = `[Service]
EnvironmentFile=/opt/ktscan/.env
User=ktscan
ExecStart=/bin/sh -c 'echo "begun with $$TOKEN"; exec sleep 100000'
[Install]
WantedBy=multi-user.target
`;

const cleanUp = `systemctl disable --now ktscan ktscan-other
docker rm -f ktscan
sed -i '/ktscan/d; /ktother/d' /etc/keyturn/targets
rm -rf /opt/ktscan /opt/ktother /opt/x /var/lib/keyturn/api@* /var/lib/keyturn/other@* /etc/systemd/system/ktscan*.service
for tool in ${tools}; do [ ! -L /usr/sbin/$tool ] || rm /usr/sbin/$tool; done
userdel ktscan; systemctl daemon-reload; true`;
