import { randomBytes } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { place } from "../place.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { bitbucketStep, githubStep, jenkinsStep, runShell, type DeployStep, type Printed } from "./pipeline-step.ts";
import { must, openPlatform, plantedValues } from "./platform.ts";
import { attachedCalls, invocations, processEnvironment, restartedSince, units } from "./running-service.ts";
import { findIn, findInFolder, findOnHosts, watchProcesses, type Secret } from "./secret-search.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const lab = openLab();
const platform = openPlatform();
const checkout = join(platform.folder, "../..");
const key = readFileSync(place.deployKey, "utf8");
const secrets: Secret[] = [{ name: "the deploy key", value: key.split("\n")[3] ?? "" }];

beforeAll(async () => {
  await freshHosts(lab);
  await lab.publishCode();
  for (const part of ["package.json", "bin", "src"]) {
    cpSync(join(repository, part), join(checkout, part), { recursive: true });
  }
  // the runner's ssh knows the hosts, and no key: that comes from the step's agent
  const configuration = readFileSync(platform.sshConfig, "utf8").replace(
    /^ {2}(IdentitiesOnly|IdentityFile .*deploy).*\n/gm,
    "",
  );
  writeFileSync(join(checkout, "runner_ssh_config"), configuration);
  const identity = join(platform.temporary, "recovery.txt");
  await must(platform, "init --yes");
  await must(platform, `recovery init --out ${identity}`);
  await must(platform, `recovery drill ${identity}`);
  await must(platform, "grant --missing --yes");
  await must(platform, "hosts prepare --yes --via root-%h");
});

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

const pipelines = [
  { file: "Jenkinsfile", read: jenkinsStep },
  { file: "github-workflow.yml", read: githubStep },
  { file: "bitbucket-pipelines.yml", read: bitbucketStep },
];

describe.each(pipelines)("the deploy step of $file", ({ file, read }) => {
  const step = read(readFileSync(join(platform.folder, "pipelines", file), "utf8"));
  const values = stepValues(step);

  test("deploys what its runner has bound", async () => {
    // the step's own shell has the values, and hands them to keyturn alone
    const watch = watchProcesses(["ssh", "sudo", "git", "keyturn-host"]);
    const { status, stdout, stderr } = await runStep(step, values);
    expect({ status, end: stderr.split("\n").slice(-8).join("\n") }).toMatchObject({ status: 0 });
    expect(stdout).toMatch(/r\d+ runs on \d targets, verified/);
    for (const unit of units) {
      const environment = await processEnvironment(lab, unit);
      const held = Object.entries(values).filter(([name]) => environment.has(name));
      expect(held.length).toBeGreaterThan(3);
      for (const [name, value] of held) expect(environment.get(name) === value, `${unit.unit} ${name}`).toBe(true);
    }
    expect(await attachedCalls(2)).toMatchObject({ refused: 0, broken: 0 });
    const seen = watch.stop();
    expect(seen.arguments).toContain("apply\0--env\0production");
    expect(findIn(seen.arguments + seen.carriers, secrets)).toEqual([]);
  });

  test("changes nothing when it runs again", async () => {
    const before = await invocations(lab);
    const { status, stdout } = await runStep(step, values);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("nothing to do") });
    expect(await restartedSince(lab, before)).toEqual([]);
  });
});

test("no value is in what the steps printed, in their folders or on the hosts", async () => {
  expect(secrets.length).toBeGreaterThan(40);
  expect(platform.printed()).toContain("verified");
  expect(findIn(platform.printed(), secrets)).toEqual([]);
  expect(await findOnHosts(lab, secrets.slice(1))).toEqual([]);
  for (const folder of [platform.home, platform.temporary]) expect(findInFolder(folder, secrets)).toEqual([]);
});

/** A value for everything that the step binds; the keys of the deploy user as each pipeline wants them. */
function stepValues(step: DeployStep): Readonly<Record<string, string>> {
  const random = () => randomBytes(24).toString("hex");
  const made = { ...plantedValues(), JWT_SECRET: random(), VOXCORE_SECRET: random(), OPERATOR_PASSWORD: random() };
  const entries = Object.entries(made).filter(([name]) => step.bound.has(name));
  secrets.push(...entries.map(([name, value]) => ({ name, value })));
  return Object.fromEntries(entries);
}

/** As the runner does it: a shell of its kind, its variables, and those of this step. What installs packages is left out. */
async function runStep(step: DeployStep, values: Readonly<Record<string, string>>): Promise<Printed> {
  const keyFile = join(platform.temporary, "deploy-key");
  writeFileSync(keyFile, key, { mode: 0o600 });
  const bindings = {
    DEPLOY_KEY_FILE: keyFile,
    DEPLOY_KEY: key.trimEnd(),
    DEPLOY_KEY_BASE64: Buffer.from(key).toString("base64"),
  };
  const own = Object.entries(bindings).filter(([name]) => step.bound.has(name));
  const script = step.script.replace(/^npm ci.*$/m, "").replaceAll("/var/lib/keyturn", platform.home);
  const file = join(platform.temporary, "step.sh");
  writeFileSync(file, script);
  const environment = {
    ...Object.fromEntries(
      Object.entries(step.plain).map(([name, value]) => [name, value.replace("/var/lib/keyturn", platform.home)]),
    ),
    ...values,
    ...Object.fromEntries(own),
    PATH: process.env["PATH"] ?? "",
    HOME: checkout,
    TMPDIR: platform.temporary,
    CI: "true",
    KEYTURN_SSH_CONFIG: join(checkout, "runner_ssh_config"),
  };
  const outcome = await runShell([...step.shell, file], { cwd: join(checkout, step.folder), env: environment });
  // as Jenkins does with a file that it has bound
  rmSync(keyFile);
  platform.heard(outcome.stdout + outcome.stderr);
  return outcome;
}
