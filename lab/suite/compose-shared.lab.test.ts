import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { openProject, type Project } from "../project.ts";

/*
 * Services of one compose project that share its `.env`, one filled by `env_file`, one by `${NAME}`: whoever comes first
 * writes the file, and the others find it written.
 */
const lab = openLab();
const folder = "/opt/ktshared";
const file = join(lab.root("box1"), folder, ".env");
let project: Project;

beforeAll(async () => {
  await inside(cleanUp);
  await lab.exec("box1", ["sh", "-c", `mkdir -p ${folder} && cat >${folder}/compose.yaml`], { input: composeFile });
  project = await openProject({ "keyturn.yaml": platform("one"), "deploy/.env.example": contract });
  await done(["init", "--yes"]);
  await project.set("TOKEN", "first-shared-token");
  await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
  await done(["apply", "--yes"]);
});

afterAll(async () => {
  await inside(cleanUp);
  project.remove();
});

test("a service that joins finds the file as it should be, and the other one is left alone", async () => {
  const before = readFileSync(file, "utf8");
  await project.write({ "keyturn.yaml": platform("one", "two") });
  await done(["grant", "two", "TOKEN"]);
  await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
  expect(await done(["apply", "--yes"])).toContain("1 target, verified");
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(await done(["plan"])).toContain("nothing to do: 2 targets");
});

test("a changed value reaches both", async () => {
  await project.set("TOKEN", "second-shared-token");
  expect(await done(["apply", "--yes"])).toContain("2 targets, verified");
  expect(await done(["plan"])).toContain("nothing to do: 2 targets");
});

test("both go back when the second one fails", async () => {
  const before = readFileSync(file, "utf8");
  await project.set("TOKEN", "third-shared-token");
  await project.write({ "keyturn.yaml": platform("one", "two").replaceAll("MODE: well", "MODE: two") });
  const { status, stdout, stderr } = await project.keyturn(["apply", "--yes"]);
  expect({ status, stdout: `${stdout}${stderr}` }).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("back on the release before: box1"),
  });
  expect(readFileSync(file, "utf8")).toBe(before);
  const found = JSON.parse((await project.keyturn(["status", "--json"])).stdout) as {
    readonly rows: readonly object[];
  };
  expect(found.rows).toMatchObject([{ state: "active" }, { state: "active" }]);
  await project.set("TOKEN", "second-shared-token");
  await project.write({ "keyturn.yaml": platform("one", "two") });
  expect(await done(["plan"])).toContain("nothing to do: 2 targets");
});

test("nothing that a command printed holds a value", () => {
  expect(project.leaks()).toEqual([]);
});

async function done(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn(words);
  expect({ words, status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ words, status: 0, stderr: "" });
  return stdout;
}

async function inside(script: string): Promise<void> {
  await lab.exec("box1", ["sh", "-c", script]);
}

function platform(...names: readonly string[]): string {
  return `platform: ktshared\nservices:\n${names.map(service).join("")}environments:\n  lab:\n    hosts: { box1: {} }\n`;
}

function service(name: string): string {
  return `  ${name}:
    contract: deploy/.env.example
    runtime: compose
    file: ${folder}/.env
    owner: root
    project: ${folder}
    values: { MODE: well }
`;
}

const contract = `# @required @sensitive
TOKEN=change-me
# @required @public
MODE=change-me
`;

const command = (name: string) => `["sh", "-c", "test $$MODE != ${name} || exit 9; exec sleep 100000"]`;

const composeFile = `version: "2.4"
services:
  one:
    image: ${lab.nodeImage}
    init: true
    env_file: .env
    command: ${command("one")}
  two:
    image: ${lab.nodeImage}
    init: true
    environment:
      TOKEN: "\${TOKEN}"
      MODE: "\${MODE}"
      KEYTURN_RELEASE: "\${KEYTURN_RELEASE}"
    command: ${command("two")}
`;

const cleanUp = `cd ${folder} 2>/dev/null && touch .env && docker-compose -f compose.yaml down -t 0
sed -i '/ktshared/d' /etc/keyturn/targets
rm -rf ${folder} /var/lib/keyturn/one@box1 /var/lib/keyturn/two@box1`;
