import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dialects } from "#dialect";
import { Sensitive } from "#kernel";
import { hostileValues } from "../../test/dialect/hostile-value.ts";
import { openLab } from "../lab.ts";
import { openProject, type Project } from "../project.ts";
import { attempt } from "../run.ts";

const lab = openLab();
const host = "box1";
const folder = "/opt/ktcompose/deploy";
const file = `${folder}/.env`;
let project: Project;

beforeAll(async () => {
  await inside(["sh", "-c", cleanUp]);
  await inside(["mkdir", "-p", folder]);
  await inside(["tee", `${folder}/docker-compose.yml`], composeFile);
  // so that compose can start what Keyturn does not know
  await inside([
    "sh",
    "-c",
    `touch ${file} ${folder}/relay.env && cd ${folder} && docker-compose up -d neighbour && rm ${file}`,
  ]);
  project = await openProject({ "keyturn.yaml": manifest, ".env.example": contract });
  await done(["init", "--yes"]);
  await project.set("TOKEN", "first-token-value");
  await project.set("NOTE", "nothing special");
});

afterAll(async () => {
  await inside(["sh", "-c", cleanUp]);
  project.remove();
});

describe("a composed service over ssh", () => {
  test("is delivered as a file of its owner and mode, in a container that carries it", async () => {
    await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
    expect(await done(["apply", "--yes"])).toContain("r1 runs on 1 target, verified");
    const { uid, gid, mode } = statSync(join(lab.root(host), file));
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 1000, gid: 1000, mode: 0o600 });
    expect(await answer()).toEqual({
      TOKEN: digest("first-token-value"),
      COPY: digest("first-token-value"),
      NOTE: digest("nothing special"),
    });
    const status = JSON.parse(await done(["status", "--json"])) as { readonly rows: readonly object[] };
    expect(status.rows).toMatchObject([{ state: "active", release: "r1", health: { kind: "healthy" } }]);
  });

  test("is left alone when nothing changed", async () => {
    const before = await container();
    expect(await done(["plan"])).toContain("nothing to do");
    expect(await done(["apply", "--yes"])).toContain("nothing to do");
    expect(await container()).toBe(before);
  });

  test("gets a new container with a changed value, and its neighbour in the project keeps its own", async () => {
    const [before, neighbour] = [await container(), await container("neighbour")];
    await project.set("TOKEN", "second-token-value");
    await done(["apply", "--yes"]);
    expect(await container()).not.toBe(before);
    expect(await container("neighbour")).toBe(neighbour);
    expect(await answer()).toMatchObject({ TOKEN: digest("second-token-value") });
  });

  test.each([
    ["dies", /gate ended \(exit code 9/],
    ["sick", /answered 500/],
  ])("goes back to the file before when the new container is one that %s", async (mode, reason) => {
    const before = readFileSync(join(lab.root(host), file));
    await write(manifest.replace("4s }]", `4s }]\n    values: { MODE: ${mode} }`));
    const { status, stdout } = await project.keyturn(["apply", "--yes"]);
    expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringMatching(reason) });
    expect(stdout).toContain("back on the release before: box1");
    expect(readFileSync(join(lab.root(host), file))).toEqual(before);
    expect(await answer()).toMatchObject({ TOKEN: digest("second-token-value") });
    await write(manifest);
    expect(await done(["plan"])).toContain("nothing to do");
  });
});

describe("what was changed by hand", () => {
  test("an edited file is found, and mended", async () => {
    await inside(["sh", "-c", `echo EXTRA=1 >>${file}`]);
    expect(await drift()).toEqual(["file-edited", "file-foreign", "process-older"]);
    await done(["apply", "--yes"]);
    expect(await drift()).toEqual([]);
  });

  test("a container with other values is found although the file is right", async () => {
    const script = `cd ${folder} && cp -p .env kept && sed -i s/second/other/ .env &&
      docker-compose up -d --no-deps --force-recreate gate && mv kept .env`;
    await inside(["sh", "-c", script]);
    expect(await drift()).toEqual(["process-different"]);
    await done(["apply", "--yes"]);
    expect(await answer()).toMatchObject({ TOKEN: digest("second-token-value") });
  });

  test("a container that was stopped, and one that was removed", async () => {
    for (const words of [
      ["stop", "-t", "0"],
      ["rm", "-f"],
    ]) {
      await inside(["docker", ...words, await container()]);
      expect(await drift()).toEqual(["instance-down"]);
      await done(["apply", "--yes"]);
      expect(await drift()).toEqual([]);
    }
  });
});

describe("compose before version 2, which Debian has", () => {
  const accepted = Object.entries(hostileValues).filter(([, value]) => isCarried(value));
  const named = accepted.map(([title, value], index) => ({ title, value: Buffer.from(value), name: `V${index}` }));

  beforeAll(async () => {
    await project.write({
      "keyturn.yaml": platform(gate, relay),
      "relay/.env.example": named.map(({ name }) => `# @optional @sensitive\n${name}=\n`).join("") + cr,
    });
    await mkdir(join(project.folder, "values"), { mode: 0o700 });
    for (const { name, value } of named) {
      // the final line feed of a file is not part of the value
      await writeFile(join(project.folder, "values", name), Buffer.concat([value, Buffer.from("\n")]), { mode: 0o600 });
      project.plant(value.toString("latin1"));
    }
    await done(["grant", "relay", "CR", ...named.map(({ name }) => name)]);
    await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
  });

  test("carries every value that was not refused, byte for byte", async () => {
    expect(named.length).toBeGreaterThan(60);
    expect(await done(["apply", "relay", "--source", "files:values", "--yes"])).toContain("verified");
    const { stdout } = await attempt(["curl", "-s", "http://10.77.0.41:8098/"]);
    const found = JSON.parse(stdout) as Readonly<Record<string, string>>;
    for (const { name, title, value } of named) {
      if (value.byteLength > 0) expect(found[name], title).toBe(digest(value));
    }
  });

  test("a value that it would change is refused before anything is sent", async () => {
    const before = await container("relay");
    await project.set("CR", "a carriage return \r inside");
    const { status, stderr } = await project.keyturn(["apply", "--yes"]);
    expect({ status, stderr }).toMatchObject({
      status: 65,
      stderr: expect.stringContaining("CR can't be carried to compose before version 2: it holds a carriage return"),
    });
    expect(await container("relay")).toBe(before);
  });
});

test("nothing that a command printed holds a value", () => {
  expect(project.leaks()).toEqual([]);
});

async function done(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn(words);
  expect({ words, status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ words, status: 0, stderr: "" });
  return stdout;
}

async function drift(): Promise<readonly string[]> {
  const { stdout } = await project.keyturn(["drift", "--json"]);
  const found = JSON.parse(stdout) as { readonly drift: readonly { readonly kind: string }[] };
  return found.drift.map(({ kind }) => kind);
}

async function answer(): Promise<unknown> {
  const { stdout } = await attempt(["curl", "-s", "http://10.77.0.41:8097/"]);
  return JSON.parse(stdout);
}

async function container(service = "gate"): Promise<string> {
  const filters = [`project.working_dir=${folder}`, `service=${service}`];
  const words = filters.flatMap((filter) => ["--filter", `label=com.docker.compose.${filter}`]);
  return (await inside(["docker", "ps", "-aq", "--no-trunc", ...words])).trim();
}

async function inside(argv: readonly string[], input?: string): Promise<string> {
  const { stdout } = await lab.exec(host, argv, input === undefined ? {} : { input });
  return stdout;
}

function platform(...services: readonly string[]): string {
  return `platform: ktcompose\nservices:\n${services.join("")}environments:\n  lab:\n    hosts: { box1: {} }\n`;
}

async function write(text: string): Promise<void> {
  await project.write({ "keyturn.yaml": text });
}

function isCarried(value: Uint8Array): boolean {
  return dialects.python.write([{ name: "V00", value: Sensitive.of(value) }]).kind === "written";
}

function digest(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

const gate = `  gate:
    contract: .env.example
    runtime: compose
    file: ${file}
    owner: deploy
    project: ${folder}
    compose-file: docker-compose.yml
    health: [{ http: "http://127.0.0.1:8097/health", deadline: 4s }]
`;

const relay = `  relay:
    contract: relay/.env.example
    runtime: compose
    file: ${folder}/relay.env
    owner: root
    project: ${folder}
    compose-file: docker-compose.yml
`;

const manifest = platform(gate);

const cr = "# @optional @sensitive\nCR=\n";

const contract = `# @required @sensitive
TOKEN=change-me
# @required @sensitive
NOTE=change-me
# @optional @public
MODE=well
`;

const server = [
  "const { createHash } = require('node:crypto')",
  "const digest = (text) => createHash('sha256').update(text).digest('hex')",
  "if (process.env.MODE === 'dies') process.exit(9)",
  "const names = Object.keys(process.env).filter((name) => /^(TOKEN|NOTE|COPY|V[0-9]+)/.test(name))",
  "const answer = JSON.stringify(Object.fromEntries(names.map((name) => [name, digest(process.env[name])])))",
  "const status = process.env.MODE === 'sick' ? 500 : 200",
  "require('node:http').createServer((_, response) => response.writeHead(status).end(answer)).listen(80)",
].join("; ");

const composeFile = `version: "2.4"
services:
  gate:
    image: ${lab.nodeImage}
    init: true
    env_file: .env
    # filled in by compose itself, out of .env
    environment: { COPY: "\${TOKEN}" }
    command: ["node", "-e", ${JSON.stringify(server)}]
    ports: ["8097:80"]
  relay:
    image: ${lab.nodeImage}
    init: true
    env_file: relay.env
    command: ["node", "-e", ${JSON.stringify(server)}]
    ports: ["8098:80"]
  neighbour:
    image: ${lab.nodeImage}
    init: true
    command: ["sleep", "10000"]
`;

const cleanUp = `cd ${folder} 2>/dev/null && touch .env relay.env && docker-compose down -t 0
sed -i '/ktcompose/d' /etc/keyturn/targets
rm -rf /opt/ktcompose /var/lib/keyturn/gate@box1 /var/lib/keyturn/relay@box1`;
