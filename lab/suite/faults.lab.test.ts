import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { breakUnit, mendUnit } from "./broken-unit.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import { attachedCalls, backend, processEnvironment, restartedSince, invocations, units } from "./running-service.ts";
import { findIn, findInFolder, findOnHosts, watchProcesses, type Secret } from "./secret-search.ts";
import { running, untouched } from "./unbroken.ts";

const lab = openLab();
const platform = openPlatform();
// the units of this suite have shells of their own, which get what their service gets
const watch = watchProcesses(["ssh", "sudo", "git"]);
const secrets: Secret[] = [];
const manifest = readFileSync(join(platform.folder, "keyturn.yaml"), "utf8");
const [app1 = never(), app2 = never()] = backend;

beforeAll(async () => {
  await freshHosts(lab);
  await lab.publishCode();
  const planted = await fillStore(platform);
  await must(platform, "hosts prepare --yes --via root-%h");
  await must(platform, "apply --yes");
  const generated = await processEnvironment(lab, app1);
  for (const name of ["JWT_SECRET", "VOXCORE_SECRET"]) planted[name] ??= generated.get(name) ?? never();
  secrets.push(...Object.entries(planted).map(([name, value]) => ({ name, value })));
});

afterAll(async () => {
  watch.stop();
  platform.remove();
  await freshHosts(lab);
});

/** Production with lines of its own, and with a setting of the backend that is not delivered yet. */
function change({ language, more = "" }: { readonly language: string; readonly more?: string }): void {
  platform.write(
    "keyturn.yaml",
    manifest
      .replace("    production: true\n", `    production: true\n${more}`)
      .replace(
        "    services:\n      fleet:\n        values: {",
        `    services:\n      backend:\n        health: [{ http: "http://127.0.0.1:8080/health", timeout: 1s, deadline: 4s }]\n` +
          `        values: { CALL_LANGUAGE: ${language} }\n      fleet:\n        values: {`,
      ),
  );
}

let rounds = 0;
/** A language that was never delivered before. */
function nextLanguage(): string {
  rounds += 1;
  return `x-round-${rounds}`;
}

async function languages(): Promise<readonly (string | undefined)[]> {
  return Promise.all(backend.map(async (unit) => (await processEnvironment(lab, unit)).get("CALL_LANGUAGE")));
}

/** Every instance runs and answers. */
async function healthy(): Promise<void> {
  const { rows } = await platform.json<{ rows: { service: string; state: string; health: { kind: string } }[] }>(
    "status",
  );
  expect(rows).toHaveLength(units.length + 2);
  for (const { service, state, health } of rows) {
    expect([state, health.kind]).toEqual(service === "console" ? ["published", "healthy"] : ["active", "healthy"]);
  }
}

function never(): never {
  throw new Error("it has to be there");
}

describe("before anything is touched", () => {
  let before: unknown;
  const begin = async () => {
    before = await untouched(lab);
    change({ language: nextLanguage() });
  };
  afterEach(async () => {
    expect(await untouched(lab)).toEqual(before);
  });

  test("a host that can't be reached is named, with exit code 69", async () => {
    await begin();
    await lab.unreachable("fleet2");
    try {
      const [apply, plan] = await Promise.all([platform.keyturn("apply --yes"), platform.keyturn("plan")]);
      expect(apply.code).toBe(69);
      expect(apply.err).toContain("fleet2 can't be reached, nothing was touched");
      expect(plan.code).toBe(2);
      expect(plan.out).toContain("fleet@fleet2: unreachable");
    } finally {
      await lab.reachable("fleet2");
    }
  });

  test("missing and invalid values are listed all at once", async () => {
    await begin();
    const example = readFileSync(join(platform.folder, "backend/.env.example"), "utf8");
    const wishes = "\n# @required @sensitive\nFIRST_KEY=change-me\n# @required @public @type=port\nSECOND_PORT=\n";
    platform.write("backend/.env.example", example + wishes);
    change({ language: nextLanguage() });
    platform.edit("keyturn.yaml", "values: { CALL_LANGUAGE", "values: { PORT: eighty, CALL_LANGUAGE");
    const { code, err } = await platform.keyturn("apply --yes");
    platform.write("backend/.env.example", example);
    expect(code).toBe(65);
    for (const name of ["FIRST_KEY", "SECOND_PORT", "PORT"]) expect(err).toContain(name);
    expect(err).toContain("backend/.env.example:");
  });

  test("a value that systemd can't carry is refused, with the consumers that could", async () => {
    await begin();
    const value = "zero-byte\0in-between-two-long-enough-halves-of-it";
    const set = await platform.keyturn("set LIVEKIT_API_SECRET", { input: value });
    const apply = await platform.keyturn("apply --yes");
    expect([set.code, apply.code]).toContain(65);
    expect(set.err + apply.err).toContain("LIVEKIT_API_SECRET");
  });

  test("a value of 128 KiB is refused", async () => {
    await begin();
    const set = await platform.keyturn("set LIVEKIT_API_SECRET", { input: "a".repeat(128 * 1024) });
    const apply = await platform.keyturn("apply --yes");
    expect([set.code, apply.code]).toContain(65);
    expect(set.err + apply.err).toContain("LIVEKIT_API_SECRET");
    if (set.code === 0) {
      const { LIVEKIT_API_SECRET: good = never() } = Object.fromEntries(
        secrets.map(({ name, value }) => [name, value]),
      );
      await must(platform, "set LIVEKIT_API_SECRET", { input: good });
    }
  });

  test("a wrong key ends with both key ids", async () => {
    await begin();
    const other = join(platform.temporary, "other");
    await must(platform, `init --yes --home ${other}`);
    const { code, err } = await platform.keyturn(`apply --yes --key-file ${other}/plain.key`);
    expect(code).toBe(78);
    expect(new Set(err.match(/\b[0-9a-f]{12,}\b/g)).size).toBe(2);
  });

  test("a prepare command that fails is told with its host and code", async () => {
    await begin();
    const health = 'health: [{ http: "http://127.0.0.1:8080/health", timeout: 1s';
    platform.edit("keyturn.yaml", health, `prepare: ["sh -c 'exit 7'"]\n        ${health}`);
    const { code, out } = await platform.keyturn("apply --yes");
    expect(code).toBe(1);
    expect(out).toMatch(/backend@app[12], prepare: .*ended with 7/);
    expect(out).toContain("nothing was changed on any host");
  });

  test("a freeze window stops a deploy, unless there is a reason", async () => {
    await begin();
    const more =
      '    freeze: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: "00:01", until: "00:00", reason: the big day }]\n';
    change({ language: nextLanguage(), more });
    const { code, err } = await platform.keyturn("apply --yes");
    expect(code).toBe(75);
    expect(err).toContain("the big day");
  });

  test("an unknown host key is refused with the command that would accept it", async () => {
    await begin();
    await withKnownHosts("", async (file) => {
      const { code, err } = await platform.keyturn("apply --yes backend");
      expect(code).toBe(76);
      expect(err).toContain(`>> ${file}`);
    });
  });

  test("a changed host key is refused with the command that would forget the old one", async () => {
    await begin();
    const { stdout } = await lab.exec("fleet2", ["cat", "/etc/ssh/ssh_host_ed25519_key.pub"]);
    await withKnownHosts(`10.77.0.11 ${stdout}10.77.0.12 ${stdout}`, async () => {
      const { code, err } = await platform.keyturn("apply --yes backend");
      expect(code).toBe(76);
      expect(err).toContain("ssh-keygen -R");
    });
  });
});

async function withKnownHosts(text: string, work: (file: string) => Promise<void>): Promise<void> {
  const configuration = readFileSync(platform.sshConfig, "utf8");
  const file = join(platform.temporary, "known_hosts");
  writeFileSync(file, text);
  writeFileSync(platform.sshConfig, configuration.replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${file}`));
  try {
    await work(file);
  } finally {
    writeFileSync(platform.sshConfig, configuration);
  }
}

describe("when a host fails behind the first wave, every host goes back", () => {
  let before: unknown;
  const begin = async () => {
    before = await running(lab);
    change({ language: nextLanguage() });
  };
  const mend = () => mendUnit(lab, app2);
  const breakApp2 = (lines: string) => breakUnit(lab, app2, lines);
  const wentBack = async (told: RegExp) => {
    const { code, out } = await platform.keyturn("apply --yes");
    expect(out).toMatch(told);
    expect(out).toContain("back on the release before: app1");
    expect(code).toBe(1);
    expect(await running(lab)).toEqual(before);
    await healthy();
  };
  const goesOn = async () => {
    await must(platform, "apply --yes");
    expect(await languages()).toEqual(Array(2).fill(`x-round-${rounds}`));
  };

  test("because the owner is unknown there", async () => {
    await begin();
    await lab.exec("app2", ["userdel", "--force", "voxbridge"]);
    await wentBack(/backend@app2, stage: .*voxbridge/);
    await must(platform, "hosts prepare app2 --yes --via root-%h");
    await goesOn();
  });

  test("because the unit dies at once", async () => {
    await begin();
    await breakApp2(`ExecStartPre=/bin/sh -c 'test "$CALL_LANGUAGE" != x-round-${rounds}'\n`);
    await wentBack(/backend@app2, (restart|verify):? ?.*/);
    await mend();
  });

  test("because the unit starts and dies later", async () => {
    await begin();
    const program = "/usr/local/bin/node /opt/voxbridge/code/backend/src/main.ts";
    await breakApp2(
      `ExecStart=\nExecStart=/bin/sh -c 'test "$CALL_LANGUAGE" != x-round-${rounds} || { sleep 1; exit 9; }; exec ${program}'\n`,
    );
    await wentBack(/backend@app2, verify: .*(9|died)/);
    await mend();
    await goesOn();
  });

  test("because the health check hangs", async () => {
    await begin();
    const program = "/usr/local/bin/node /opt/voxbridge/code/backend/src/main.ts";
    const hang = `require("net").createServer(() => {}).listen(8080)`;
    await lab.exec("app2", ["tee", "/opt/voxbridge/hang.cjs"], { input: hang });
    await breakApp2(
      `ExecStart=\nExecStart=/bin/sh -c 'test "$CALL_LANGUAGE" != x-round-${rounds} || exec node /opt/voxbridge/hang.cjs; exec ${program}'\n`,
    );
    await wentBack(/backend@app2, verify: .*health/);
    await mend();
    await goesOn();
  });

  test("because the last instance of a later service dies: the services before it go back as well", async () => {
    await begin();
    platform.edit(
      "keyturn.yaml",
      "values: { BACKEND_URL:",
      `values: { AUDIO_SAMPLE_RATE: ${8000 + rounds}, BACKEND_URL:`,
    );
    const last = { host: "fleet2", unit: "voxcore@3.service" };
    await breakUnit(lab, last, `ExecStartPre=/bin/sh -c 'test "$AUDIO_SAMPLE_RATE" != ${8000 + rounds}'\n`);
    const { code, out } = await platform.keyturn("apply --yes");
    expect(code).toBe(1);
    expect(out).toMatch(/failed at fleet@fleet2, (restart|verify) 3: /);
    expect(out).toMatch(/back on the release before: .*\n/);
    for (const host of ["app1", "app2", "fleet1", "fleet2"]) expect(out.slice(out.indexOf("back on"))).toContain(host);
    expect(await running(lab)).toEqual(before);
    await mendUnit(lab, last);
    await healthy();
  });

  test("because a process gets other values than its file says", async () => {
    await begin();
    await lab.exec("app2", ["tee", "/opt/voxbridge/override"], { input: "LOG_LEVEL=debug\n" });
    await breakApp2("EnvironmentFile=/opt/voxbridge/override\n");
    const { code, out } = await platform.keyturn("apply --yes");
    expect(code).toBe(1);
    expect(out).toMatch(/backend@app2, verify: .*LOG_LEVEL/);
    await mend();
    await lab.exec("app2", ["rm", "/opt/voxbridge/override"]);
    await goesOn();
    await healthy();
  });

  test("because the host goes down; that host is named, and catches up when it is back", async () => {
    await begin();
    change({ language: `x-round-${rounds}`, more: "    soak: 1s\n" });
    await breakApp2("ExecStartPre=/bin/sleep 3\n");
    const run = platform.start("apply --yes");
    await run.said("wave 2 of 2: app2");
    await new Promise((resolve) => setTimeout(resolve, 600));
    await lab.kill("app2");
    const { code, out } = await run.ended;
    expect(code).toBe(1);
    expect(out).toContain("backend@app2");
    expect(out).toContain("need a person");
    expect((await running(lab, [app1]))["app1 voxbridge.service"]).toBe(
      (before as Record<string, string>)["app1 voxbridge.service"],
    );
    await lab.boot("app2");
    await mend();
    change({ language: `x-round-${rounds}` });
    await goesOn();
    await healthy();
  });
});

describe("what the operator stops with Ctrl-C", () => {
  const stopped = async () => {
    change({ language: nextLanguage(), more: "    soak: 2s\n" });
    const run = platform.start("apply --yes");
    await run.said("looking on for 2 s");
    run.child.kill("SIGINT");
    const { code, out } = await run.ended;
    expect(code).toBe(130);
    expect(out).toContain("keyturn apply --resume   goes on with it");
    expect(await languages()).toEqual([`x-round-${rounds}`, `x-round-${rounds - 1}`]);
  };

  test("is gone on with, behind the host that is finished", async () => {
    change({ language: nextLanguage() });
    await must(platform, "apply --yes");
    await stopped();
    const { out } = await must(platform, "apply --resume --yes");
    expect(out).toMatch(/done: r\d+ runs on 2 targets, verified/);
    expect(await languages()).toEqual(Array(2).fill(`x-round-${rounds}`));
    await healthy();
  });

  test("is taken back, and runs as it did before", async () => {
    const before = await running(lab);
    await stopped();
    const { out } = await must(platform, "apply --return --yes");
    expect(out).toMatch(/done: r\d+ is taken back, the release before runs on app1/);
    expect(await running(lab)).toEqual(before);
    await healthy();
  });
});

test("a missing unit is told with the command that installs it, and nothing is touched", async () => {
  change({ language: nextLanguage() });
  const script = "systemctl stop voxbridge; rm /etc/systemd/system/voxbridge.service; systemctl daemon-reload";
  await lab.exec("app2", ["sh", "-c", script]);
  const before = await untouched(lab);
  const { code, err } = await platform.keyturn("apply --yes");
  expect(code).toBe(69);
  expect(err).toContain("voxbridge.service does not exist on app2\n  → `keyturn hosts prepare app2` installs it");
  expect(await untouched(lab)).toEqual(before);
  await must(platform, "hosts prepare app2 --yes --via root-%h");
  await must(platform, "apply --yes");
  await healthy();
});

test("a second operator is told who is at work, since when, doing what", async () => {
  change({ language: nextLanguage(), more: "    soak: 3s\n" });
  const run = platform.start("apply --yes backend");
  await run.said("looking on for 3 s");
  const second = await platform.keyturn("apply --yes fleet");
  expect(second.code).toBe(75);
  expect(second.err).toMatch(/\S+@\S+ is changing production since \d{4}-\d\d-\d\dT\S+ \(apply backend\)/);
  expect((await run.ended).code).toBe(0);
});

test("an excluded host is left alone, and catches up later", async () => {
  const [before] = [await invocations(lab)];
  change({ language: nextLanguage(), more: "    exclude: [app2]\n" });
  await must(platform, "apply --yes");
  expect(await restartedSince(lab, before)).toEqual(["app1 voxbridge.service"]);
  change({ language: `x-round-${rounds}` });
  const { plan } = await platform.json<{ plan: { changes: { target: string }[] } }>("plan");
  expect(plan.changes.map(({ target }) => target)).toEqual(["backend@app2"]);
  await must(platform, "apply --yes");
  expect(await languages()).toEqual(Array(2).fill(`x-round-${rounds}`));
});

test("a freeze window gives way to a reason, which the audit log keeps", async () => {
  const always = 'days: [mon, tue, wed, thu, fri, sat, sun], from: "00:01", until: "00:00"';
  change({ language: nextLanguage(), more: `    freeze: [{ ${always}, reason: the big day }]\n` });
  await must(platform, "apply --yes --override-freeze urgent-mend");
  expect((await platform.keyturn("audit --json")).out).toContain("urgent-mend");
  expect(await languages()).toEqual(Array(2).fill(`x-round-${rounds}`));
});

test("a host behind a jump host, with a login shell that greets everyone, is delivered to", async () => {
  const saved = await lab.exec("app1", ["cat", "/home/deploy/.bashrc"]);
  const greeting = `echo "Welcome to app1"; echo "be careful" >&2\n${saved.stdout}`;
  await lab.exec("app1", ["tee", "/home/deploy/.bashrc"], { input: greeting });
  try {
    change({ language: nextLanguage() });
    platform.edit("keyturn.yaml", "hosts: { app1: {}, app2", "hosts: { app1: { address: app1-via-sip1 }, app2");
    await must(platform, "apply --yes backend");
    expect(await languages()).toEqual(Array(2).fill(`x-round-${rounds}`));
    await healthy();
  } finally {
    if (saved.status === 0) await lab.exec("app1", ["tee", "/home/deploy/.bashrc"], { input: saved.stdout });
    else await lab.exec("app1", ["rm", "/home/deploy/.bashrc"]);
  }
});

test("after all of this calls are attached, the log is whole, and no value was shown anywhere", async () => {
  expect(await attachedCalls(4)).toMatchObject({ refused: 0, broken: 0 });
  expect((await platform.keyturn("audit verify --against all")).code).toBe(0);
  expect(findIn(platform.printed(), secrets)).toEqual([]);
  const seen = watch.stop();
  expect(seen.arguments).toContain("keyturn.js\0apply");
  expect(findIn(seen.arguments + seen.carriers, secrets)).toEqual([]);
  expect(await findOnHosts(lab, secrets)).toEqual([]);
  for (const folder of [platform.home, platform.temporary]) expect(findInFolder(folder, secrets)).toEqual([]);
});
