import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import { processEnvironment } from "./running-service.ts";
import { findIn, findInFolder, findOnHosts, watchProcesses, type Secret } from "./secret-search.ts";

const lab = openLab();
const platform = openPlatform();
const watch = watchProcesses();
const secrets: Secret[] = [];

interface Drift {
  readonly drift: readonly {
    readonly target: string;
    readonly kind: string;
    readonly message: string;
    readonly mend: string;
  }[];
}

beforeAll(async () => {
  await freshHosts(lab);
  await lab.publishCode();
  await fillStore(platform);
  await must(platform, "hosts prepare --yes --via root-%h");
  await must(platform, "apply --yes");
  // a second release, so that every host keeps one from before
  await must(platform, "generate VOXCORE_SECRET --new-version");
  await must(platform, "apply --yes");
  await remember();
});

afterAll(async () => {
  watch.stop();
  platform.remove();
  await freshHosts(lab);
});

/** Every secret of the platform, as the services have them now. */
async function remember(): Promise<void> {
  for (const [host, unit] of [
    ["app1", "voxbridge.service"],
    ["fleet1", "voxcore@1.service"],
    ["sip1", "voxdialler.service"],
  ] as const) {
    for (const [name, value] of await processEnvironment(lab, { host, unit })) {
      if (/^(?!KEYTURN_).*(?:KEY|SECRET|PASSWORD|_URI|REDIS_URL)/.test(name) && value.length > 12)
        secrets.push({ name, value });
    }
  }
}

interface Case {
  readonly title: string;
  readonly target: string;
  readonly kind: string;
  /** what else is found for the same reason */
  readonly also?: readonly string[];
  /** what the message has to name */
  readonly names?: string;
  /** run as root on the target's host */
  readonly script: string;
}

const first: readonly Case[] = [
  {
    title: "a file that was edited by hand",
    target: "backend@app1",
    kind: "file-edited",
    also: ["process-older"],
    script: "echo '# by hand' >>/opt/voxbridge/.env",
  },
  {
    title: "a file of the wrong owner",
    target: "backend@app2",
    kind: "file-owner",
    names: "root:root",
    script: "chown root:root /opt/voxbridge/.env",
  },
  {
    title: "a file that others may read",
    target: "fleet@fleet1",
    kind: "file-mode",
    names: "644",
    script: "chmod 644 /opt/voxcore/.env",
  },
  { title: "a file that is gone", target: "fleet@fleet2", kind: "file-missing", script: "rm /opt/voxcore/.env" },
  {
    title: "a process that was started with other values",
    target: "fleet@fleet3",
    kind: "process-different",
    names: "voxcore@2.service runs with other values for LOG_LEVEL",
    script: `mkdir -p /run/systemd/system/voxcore@2.service.d
      printf 'LOG_LEVEL=debug\\n' >/run/suite.env
      printf '[Service]\\nEnvironmentFile=/run/suite.env\\n' >/run/systemd/system/voxcore@2.service.d/suite.conf
      systemctl daemon-reload
      systemctl restart voxcore@2
      rm -r /run/systemd/system/voxcore@2.service.d /run/suite.env
      systemctl daemon-reload`,
  },
  {
    title: "a process that was not restarted since the release before",
    target: "dialler@sip1",
    kind: "process-stale",
    names: "voxdialler.service",
    script: `cp -p /opt/voxdialler/.env /opt/voxdialler/.env.new
      cat /var/lib/keyturn/dialler@sip1/previous >/opt/voxdialler/.env
      systemctl restart voxdialler
      mv /opt/voxdialler/.env.new /opt/voxdialler/.env`,
  },
];

const second: readonly Case[] = [
  {
    title: "a file of the release before, put back by hand",
    target: "backend@app2",
    kind: "file-old",
    also: ["process-older"],
    script: "cat /var/lib/keyturn/backend@app2/previous >/opt/voxbridge/.env",
  },
  {
    title: "a variable in our file that no release gave it",
    target: "fleet@fleet2",
    kind: "file-foreign",
    also: ["file-edited", "process-older"],
    names: "the file has MINE, which",
    script: "echo MINE=1 >>/opt/voxcore/.env",
  },
  {
    title: "a process that is older than what another hand wrote, be it the same",
    target: "backend@app1",
    kind: "process-older",
    names: "voxbridge.service",
    script: "touch /opt/voxbridge/.env",
  },
  {
    title: "a file that a killed run left staged",
    target: "dialler@sip1",
    kind: "leftover",
    script: "cp -p /opt/voxdialler/.env /opt/voxdialler/..env.keyturn-staged",
  },
  {
    title: "an instance that was stopped",
    target: "fleet@fleet1",
    kind: "instance-down",
    names: "voxcore@3.service is inactive",
    script: "systemctl stop voxcore@3",
  },
];

describe.each([{ cases: first }, { cases: second }])("hosts that were changed by hand", ({ cases }) => {
  const found: { json?: Drift; human?: string } = {};

  beforeAll(async () => {
    for (const { target, script } of cases) {
      const { stderr } = await lab.exec(target.split("@")[1] ?? "", ["sh", "-ec", script]);
      expect(stderr).toBe("");
    }
    found.json = await platform.json<Drift>("drift");
    const { code, out } = await platform.keyturn("drift");
    expect(code).toBe(2);
    found.human = out;
  });

  test("have as many findings as there are changes", () => {
    const kinds = found.json?.drift.map(({ target, kind }) => `${target} ${kind}`);
    const wanted = cases.flatMap(({ target, kind, also = [] }) => [kind, ...also].map((one) => `${target} ${one}`));
    expect(kinds?.toSorted()).toEqual(wanted.toSorted());
  });

  test.each(cases)("$title is a finding, and its command mends it", async ({ target, kind, names = "" }) => {
    const finding = found.json?.drift.find((one) => one.target === target && one.kind === kind);
    expect(finding?.message).toContain(names);
    const told = new RegExp(`^${target}\\n(?:  .*\\n)+`, "m").exec(found.human ?? "")?.[0];
    expect(told).toContain(`\n  ! ${finding?.message}\n`);
    expect(told).toContain(`\n  → ${finding?.mend}\n`);
    await must(platform, `${(finding?.mend ?? "").replace(/^keyturn /, "")} --yes`);
    expect((await platform.json<Drift>(`drift ${target}`)).drift).toEqual([]);
  });
});

interface Shadow extends Omit<Case, "kind" | "also"> {
  readonly mend: string;
  /** what the person does there */
  readonly undo: string;
}

const dropIn = (unit: string, lines: string) => `mkdir -p /etc/systemd/system/${unit}.d
  printf '[Service]\\n${lines}\\n' >/etc/systemd/system/${unit}.d/suite.conf
  systemctl daemon-reload`;
const noDropIn = (unit: string) => `rm -r /etc/systemd/system/${unit}.d; systemctl daemon-reload`;

const shadows: readonly Shadow[] = [
  {
    title: "an environment file behind ours wins, as systemd has it",
    target: "backend@app1",
    names: "/etc/voxbridge.suite.env sets LOG_LEVEL as well, and wins over ours in voxbridge.service",
    mend: "ssh -t app1 sudoedit /etc/voxbridge.suite.env",
    script: `printf 'LOG_LEVEL=debug\nUNRELATED=1\n' >/etc/voxbridge.suite.env
      ${dropIn("voxbridge.service", "EnvironmentFile=-/etc/voxbridge.*.env")}
      systemctl restart voxbridge`,
    undo: `${noDropIn("voxbridge.service")}; rm /etc/voxbridge.suite.env`,
  },
  {
    title: "Environment= of a drop-in loses, as systemd has it",
    target: "backend@app2",
    names: "Environment= in /etc/systemd/system/voxbridge.service.d/suite.conf sets LOG_LEVEL, PORT as well; ours wins",
    mend: "ssh -t app2 'sudoedit /etc/systemd/system/voxbridge.service.d/suite.conf && sudo systemctl daemon-reload'",
    script: `${dropIn("voxbridge.service", 'Environment=LOG_LEVEL=debug "PORT=a b"')}
      systemctl restart voxbridge`,
    undo: noDropIn("voxbridge.service"),
  },
  {
    title: "a unit that reads another file",
    target: "fleet@fleet1",
    names: "voxcore@{1,2,3}.service comes from /etc/voxcore.suite.env, expected /opt/voxcore/.env",
    mend: "ssh -t fleet1 'sudoedit /etc/systemd/system/voxcore@.service.d/suite.conf && sudo systemctl daemon-reload'",
    script: `cp -p /opt/voxcore/.env /etc/voxcore.suite.env
      ${dropIn("voxcore@.service", "EnvironmentFile=\\nEnvironmentFile=/etc/voxcore.suite.env")}`,
    undo: `${noDropIn("voxcore@.service")}; rm /etc/voxcore.suite.env`,
  },
  {
    title: "a .env where the service works",
    target: "fleet@fleet2",
    names: "/srv/suite/.env sets LOG_LEVEL as well, for voxcore@{1,2,3}.service if the service reads such files itself",
    mend: "ssh -t fleet2 sudoedit /srv/suite/.env",
    script: `mkdir /srv/suite
      printf 'LOG_LEVEL=debug\nUNRELATED=1\n' >/srv/suite/.env
      ${dropIn("voxcore@.service", "WorkingDirectory=/srv/suite")}`,
    undo: `${noDropIn("voxcore@.service")}; rm -r /srv/suite`,
  },
];

describe("what a person has to mend", () => {
  let found: Drift;

  beforeAll(async () => {
    for (const { target, script } of shadows) {
      const { status, stderr } = await lab.exec(target.split("@")[1] ?? "", ["sh", "-ec", script]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
    found = await platform.json<Drift>("drift");
  });

  test.each(shadows)("$title: the finding names the place and opens it", ({ target, names = "", mend }) => {
    const own = found.drift.filter((one) => one.target === target);
    expect(own).toMatchObject([{ message: expect.stringContaining(names), mend }]);
    expect(found.drift).toHaveLength(shadows.length);
  });

  test("is no change: plan tells it, apply leaves it alone, --fix asks for nothing", async () => {
    const plan = await platform.keyturn("plan");
    expect(plan).toMatchObject({ code: 2, out: expect.stringContaining("4 need a person: see drift") });
    expect(await platform.keyturn("apply")).toMatchObject({ code: 0 });
    expect(await platform.keyturn("drift --fix")).toMatchObject({ code: 2, out: "nothing was changed\n" });
  });

  test("what is left when the person has done it is mended by --fix, after its plan was confirmed", async () => {
    for (const { target, undo } of shadows) await lab.exec(target.split("@")[1] ?? "", ["sh", "-ec", undo]);
    const { drift } = await platform.json<Drift>("drift");
    expect(drift).toMatchObject([{ target: "backend@app1", kind: "process-different" }]);
    expect(drift[0]?.message).toContain("LOG_LEVEL");
    const unasked = await platform.keyturn("drift --fix");
    expect(unasked).toMatchObject({ code: 64, err: expect.stringContaining("~ app1: ") });
    const fixed = await must(platform, "drift --fix --yes");
    expect(fixed.out).toContain("no drift: 8 targets");
  });
});

test("a missing unit is a finding of its own, and its command brings it back", async () => {
  const script = "systemctl stop voxdialler; rm /etc/systemd/system/voxdialler.service; systemctl daemon-reload";
  await lab.exec("sip1", ["sh", "-c", script]);
  const { drift } = await platform.json<Drift>("drift dialler@sip1");
  expect(drift.map(({ kind, mend }) => [kind, mend])).toEqual([["instance-missing", "keyturn hosts prepare sip1"]]);
  await must(platform, "hosts prepare sip1 --yes --via root-%h");
  const stopped = await platform.json<Drift>("drift dialler@sip1");
  expect(stopped.drift.map(({ kind, mend }) => [kind, mend])).toEqual([
    ["instance-down", "keyturn apply dialler@sip1"],
  ]);
  await must(platform, "apply dialler@sip1 --yes");
});

test("a host that can't be reached is a finding of its own, and the others are looked at", async () => {
  await lab.unreachable("fleet3");
  try {
    const { drift } = await platform.json<Drift>("drift");
    expect(drift.map(({ target, kind, mend }) => [target, kind, mend])).toEqual([
      ["fleet@fleet3", "unreachable", "ssh fleet3 true"],
    ]);
  } finally {
    await lab.reachable("fleet3");
  }
  const { code, out } = await platform.keyturn("drift");
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("no drift: 8 targets") });
});

test("no value was shown anywhere", async () => {
  expect(secrets.length).toBeGreaterThan(12);
  expect(findIn(platform.printed(), secrets)).toEqual([]);
  const seen = watch.stop();
  expect(seen.arguments).toContain("keyturn.js\0apply");
  expect(findIn(seen.arguments + seen.carriers, secrets)).toEqual([]);
  expect(await findOnHosts(lab, secrets)).toEqual([]);
  for (const folder of [platform.home, platform.temporary]) expect(findInFolder(folder, secrets)).toEqual([]);
});
