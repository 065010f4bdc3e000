import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { readContract } from "#contract";

const folder = fileURLToPath(new URL("../../examples/voxbridge/", import.meta.url));

/** A pipeline's deploy step as its runner would run it. */
interface DeployStep {
  readonly script: string;
  /** the shell of that runner; Jenkins and Bitbucket show each command, so the trace is on */
  readonly shell: readonly string[];
  readonly bound: readonly string[];
  /** the rest of the pipeline's text */
  readonly outside: string;
}

const pipelines = {
  Jenkinsfile: readJenkinsfile,
  "github-workflow.yml": readGithub,
  "bitbucket-pipelines.yml": readBitbucket,
};
const each = Object.entries(pipelines);

test.each(each)("%s binds every secret that the contracts ask for, in the deploy step only", async (name, read) => {
  const step = read(await readFile(`${folder}pipelines/${name}`, "utf8"));
  const values = step.bound.filter((bound) => !bound.startsWith("DEPLOY_KEY") && bound !== "KEYTURN_HOME");
  expect(new Set(values)).toEqual(await wanted());
  expect(step.outside).not.toMatch(/secrets\.|credentialsId|--source|\$[{]?[A-Z]/);
  expect(step.outside).toContain("npm ci");
  expect(step.outside).toContain("npm test");
});

test.each(each)("the deploy step of %s hands the values on and shows none", async (name, read) => {
  const step = read(await readFile(`${folder}pipelines/${name}`, "utf8"));
  const values = Object.fromEntries(step.bound.map((bound) => [bound, randomBytes(24).toString("base64")]));
  const { shown, calls, environment } = await runStep(step, values);
  expect(calls).toContain("npx keyturn apply --env production --source env --yes\n");
  for (const [bound, value] of Object.entries(values)) {
    // Jenkins gives the key as a file: its path is no secret
    if (bound !== "DEPLOY_KEY_FILE") expect(`${shown}${calls}`.includes(value), bound).toBe(false);
    // the ssh key is the agent's, the command has no use for it
    if (!/^DEPLOY_KEY(?:_BASE64)?$/.test(bound)) expect(environment, bound).toContain(bound);
    else expect(environment, bound).not.toContain(bound);
  }
});

/** Every command that the step calls is a recorder: it writes down its arguments, and npx the names it was given. */
async function runStep(step: DeployStep, values: Readonly<Record<string, string>>) {
  const place = await mkdtemp(`${tmpdir()}/keyturn-pipeline-`);
  onTestFinished(() => rm(place, { recursive: true }));
  const record = (name: string, then: string) =>
    writeFile(`${place}/${name}`, `#!/bin/sh\necho "${name} $*" >> "${place}/calls"\n${then}\n`);
  await record("npm", "");
  await record("ssh-agent", 'exec "$@"');
  await record("ssh-add", "cat > /dev/null");
  await record("npx", `env | sed 's/=.*//' > "${place}/environment"`);
  for (const name of ["npm", "ssh-agent", "ssh-add", "npx"]) await chmod(`${place}/${name}`, 0o755);
  const [shell = "sh", ...args] = step.shell;
  const ran = spawnSync(shell, [...args, "-c", step.script], {
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: { ...values, PATH: `${place}:/usr/bin:/bin` },
    input: "",
    encoding: "utf8",
  });
  expect(ran.status, ran.stderr).toBe(0);
  const environment = (await readFile(`${place}/environment`, "utf8")).split("\n");
  return { shown: ran.stdout + ran.stderr, calls: await readFile(`${place}/calls`, "utf8"), environment };
}

async function wanted(): Promise<Set<string>> {
  const files = ["backend", "fleet", "dialler"].map((service) => `${folder}${service}/.env.example`);
  const contracts = await Promise.all(files.map(async (file) => readContract(await readFile(file, "utf8"), file)));
  const variables = contracts.flatMap((contract) => contract.variables);
  return new Set(variables.filter(({ sensitive, active }) => sensitive && active).map(({ name }) => name));
}

function readJenkinsfile(text: string): DeployStep {
  const from = text.indexOf("withCredentials([");
  const block = text.slice(from);
  const script = /sh '''(.*?)'''/s.exec(block)?.[1] ?? "";
  const bound = [...block.matchAll(/variable: '(\w+)'/g)].map((match) => match[1] ?? "");
  return { script, shell: ["sh", "-xe"], bound, outside: text.slice(0, from) };
}

function readGithub(text: string): DeployStep {
  const { jobs } = parse(text) as {
    jobs: Record<string, { env?: object; steps: { name?: string; run?: string; env?: Record<string, string> }[] }>;
  };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const deploy = steps.find((step) => step.name === "deploy");
  const outside = JSON.stringify([
    ...steps.filter((step) => step !== deploy),
    ...Object.values(jobs).map((job) => job.env),
  ]);
  return { script: deploy?.run ?? "", shell: ["sh", "-e"], bound: Object.keys(deploy?.env ?? {}), outside };
}

/** What the deployment binds stands in the comment: Bitbucket has no list in the file. */
function readBitbucket(text: string): DeployStep {
  interface Step {
    readonly step: { readonly deployment?: string; readonly script: readonly string[] };
  }
  const { pipelines } = parse(text) as { pipelines: { branches: { main: readonly Step[] } } };
  const [deploy, ...more] = pipelines.branches.main.filter(({ step }) => step.deployment !== undefined);
  expect(more).toEqual([]);
  const comment = text.slice(0, text.indexOf("image:"));
  const bound = [...comment.matchAll(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g)].map(([name]) => name);
  const outside = JSON.stringify(pipelines.branches.main.filter((step) => step !== deploy));
  const script = deploy?.step.script.join("\n") ?? "";
  return { script, shell: ["sh", "-xe"], bound: bound.filter((name) => name !== "KEYTURN_HOME"), outside };
}
