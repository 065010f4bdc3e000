import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSshHost } from "#host";
import { temporaryFolder } from "../../test/host/fixture.ts";
import { openLab } from "../lab.ts";
import { openProject } from "../project.ts";
import { closeConnectionsTo } from "../ssh.ts";
import { openHostileHost, type HostileHost } from "./hostile-host.ts";

/* The way to a machine: logins that print, sudo that asks, sshd that takes few. */
const lab = openLab();
const host = "fleet1";
let at: HostileHost;

beforeAll(async () => {
  at = await openHostileHost(lab, host);
});

afterAll(() => at.close());

describe("a login that is in the way", () => {
  test.each([
    ["prints a banner without an end of line", bannerShell],
    ["starts slowly, prints and complains, in another language", slowShell],
    ["is busybox", '#!/bin/sh\nexec busybox sh "$@"\n'],
    ["is an interactive bash", '#!/bin/sh\nexec bash -i "$@"\n'],
  ])("is understood all the same when its shell %s", async (_, shell) => {
    await at.inside("cat >/opt/ktshell && chmod 755 /opt/ktshell && usermod -s /opt/ktshell deploy", shell);
    const one = openSshHost({ name: host, address: host, config: direct(), environment: german });
    try {
      expect(await one.observe([at.target])).toMatchObject([{ target: at.target.id, record: { release: "r1" } }]);
      const lines: string[] = [];
      const said = await one.run(["printf", "%s", 'a\'b\\c "d" $e !f'], {
        timeout: 20_000,
        onLine: (line) => lines.push(line),
      });
      expect(said).toEqual({ kind: "exited", code: 0 });
      expect(lines.join("\n")).toContain('a\'b\\c "d" $e !f');
    } finally {
      await one.close();
      await at.inside("usermod -s /bin/bash deploy; rm -f /opt/ktshell");
    }
  });

  test.each([
    [
      "for a password",
      "echo 'deploy ALL=(ALL:ALL) PASSWD: ALL' >/etc/sudoers.d/zz-kthostile && chmod 440 /etc/sudoers.d/zz-kthostile",
      "rm /etc/sudoers.d/zz-kthostile",
      "the helper on fleet1 does not run (sudo: a password is required)",
      /`sudo -l` shows them, and of those that fit the last one counts/,
    ],
    [
      "for nothing, because it is not there",
      "mv /usr/bin/sudo /usr/bin/sudo.kept",
      "mv /usr/bin/sudo.kept /usr/bin/sudo",
      "there is no sudo on fleet1",
      /install sudo there/,
    ],
    [
      "for a helper that is not there",
      "mv /usr/local/lib/keyturn /usr/local/lib/keyturn.kept",
      "mv /usr/local/lib/keyturn.kept /usr/local/lib/keyturn",
      "the helper is not on fleet1",
      /hosts prepare fleet1/,
    ],
  ])("is told with the next step when sudo asks %s", async (_, spoil, mend, message, hint) => {
    await at.inside(spoil);
    try {
      await expect(at.machine.observe([at.target])).rejects.toMatchObject({
        code: "HOST_UNPREPARED",
        message,
        hint: expect.stringMatching(hint),
      });
    } finally {
      await at.inside(mend);
    }
  });
});

describe("a sshd that takes few", () => {
  // listens again when that returns, which a reload does not wait for; systemd's limit of starts is not what is tried here
  const anew = "systemctl reset-failed ssh; systemctl restart ssh";

  test.each([1, 10])("sessions on a connection (%i) answers all of two dozen calls at once", async (sessions) => {
    await at.inside(`echo 'MaxSessions ${sessions}' >/etc/ssh/sshd_config.d/kthostile.conf; ${anew}`);
    const one = openSshHost({ name: host, address: host, config: direct(), environment: process.env });
    try {
      const answers = await Promise.all(Array.from({ length: 24 }, () => one.observe([at.target])));
      expect(answers.map((each) => each.length)).toEqual(Array(24).fill(1));
    } finally {
      await one.close();
      await at.inside(`rm /etc/ssh/sshd_config.d/kthostile.conf; ${anew}`);
    }
  });

  test.each([
    ["is too deep for a socket", (folder: string) => join(folder, "deep".repeat(30))],
    ["is not there", (folder: string) => join(folder, "missing")],
  ])("connections is reached where the folder for temporary files %s", async (name, place) => {
    const usual = process.env["TMPDIR"];
    const config = direct();
    const temporary = place(temporaryFolder());
    if (name.includes("deep")) mkdirSync(temporary);
    process.env["TMPDIR"] = temporary;
    const one = openSshHost({ name: host, address: host, config, environment: process.env });
    try {
      expect(await one.observe([at.target])).toHaveLength(1);
    } finally {
      await one.close();
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
    }
  });

  test("connections at once, as a jump host, gets eight at most from one command, and refuses none", async () => {
    const aliases = ["app1", "app2", "fleet1", "fleet2", "fleet3"].flatMap((name) =>
      Array.from({ length: 5 }, (_, index) => ({ name: `${name}x${index}`, address: addressOf(name) })),
    );
    const [identity] = /IdentityFile .*/.exec(readFileSync(lab.sshConfig, "utf8")) ?? [];
    const entries = aliases.map(
      ({ name, address }) => `Host ${name}\n  HostName ${address}\n  User deploy\n  ProxyJump sip1\n  ${identity}\n`,
    );
    const config = configured((text) => entries.join("") + text.replace(/Control(Master|Path|Persist) .*/g, ""));
    const project = await openProject({
      "keyturn.yaml": manifestOf(aliases.map(({ name }) => name)),
      ".env.example": "# @required @sensitive\nTOKEN=change-me\n",
      "ssh-config": readFileSync(config, "utf8"),
    });
    await closeConnectionsTo("sip1");
    await lab.exec("sip1", [
      "sh",
      "-c",
      "touch /run/kt-counting; journalctl --quiet --rotate; journalctl --quiet --vacuum-time=1s",
    ]);
    const counting = lab.exec("sip1", ["sh", "-c", countConnections]);
    const { stdout, stderr } = await project.keyturn(["hosts", "--json"]);
    await lab.exec("sip1", ["rm", "/run/kt-counting"]);
    const counts = (await counting).stdout.trim().split("\n").map(Number);
    const journal = (await lab.exec("sip1", ["journalctl", "--no-pager", "-u", "ssh"])).stdout;
    project.remove();
    expect(stderr + stdout).not.toMatch(/can't be reached|was lost/);
    expect(stdout.match(/not on its allowlist|no target/g)?.length ?? 0).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeLessThanOrEqual(8);
    expect(Math.max(...counts)).toBeGreaterThan(4);
    expect(journal.match(/Accepted publickey/g)?.length).toBe(aliases.length);
    expect(journal).not.toMatch(/MaxStartups|drop connection/);
  });
});

/** Of this machine's connections to its sshd, again and again. */
const countConnections = `while [ -e /run/kt-counting ]; do ss -tnH state established '( sport = :22 )' | grep -c 10.77.0.1: ; done`;

const german = { ...process.env, LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" };
const bannerShell = `#!/bin/sh
printf 'Welcome to fleet1, $ \\033[1m'
exec /bin/sh "$@"
`;
const slowShell = `#!/bin/sh
export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de
sleep 2
echo 'Letzte Anmeldung: heute'
echo 'Warnung: es ist kalt' >&2
exec /bin/sh "$@"
`;

function addressOf(name: string): string {
  return lab.hosts.find((one) => one.name === name)?.address ?? name;
}

/** One service on each of them. */
function manifestOf(hosts: readonly string[]): string {
  return `platform: kthostile
services:
  file:
    contract: .env.example
    runtime: systemd
    file: /opt/kthostile/x.env
    owner: root
    unit: x.service
    hosts: [${hosts.join(", ")}]
environments:
  lab:
    ssh: { config: ./ssh-config }
    hosts:
${hosts.map((name) => `      ${name}: {}\n`).join("")}`;
}

/** Without connections that outlive a call, but for those that Keyturn makes itself. */
function direct(): string {
  return configured((text) => text.replace(/Control(Master|Path|Persist) .*/g, ""));
}

/** The lab's ssh configuration, changed. */
function configured(change: (text: string) => string): string {
  const path = join(temporaryFolder(), "config");
  writeFileSync(path, change(readFileSync(lab.sshConfig, "utf8")));
  return path;
}
