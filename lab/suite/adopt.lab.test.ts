import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { openProject, type Project } from "../project.ts";

const lab = openLab();
const host = "box1";
const units = ["kthand.service", "kthandw@a.service", "kthandw@b.service"];
const [apiFile, workerFile, boxFile] = ["/opt/kthand/.env", "/opt/kthandw/.env", "/opt/kthandc/.env"] as const;
const files = [apiFile, workerFile, boxFile];
let project: Project;

beforeAll(async () => {
  await inside("sh", "-c", cleanUp);
  await inside("sh", "-c", setUp);
  await put(apiFile, handWritten.api);
  await put(workerFile, handWritten.worker);
  await put(boxFile, handWritten.box);
  await put("/opt/kthandc/docker-compose.yml", composeFile);
  await inside("sh", "-c", `systemctl daemon-reload; systemctl start ${units.join(" ")}; ${recreate}`);
  project = await openProject({ ...contracts, "keyturn.yaml": manifest });
  for (const value of planted) project.plant(value);
  await done(["init", "--yes"]);
  await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
});

afterAll(async () => {
  await inside("sh", "-c", cleanUp);
  project.remove();
});

describe("a platform that runs without Keyturn", () => {
  const before = { files: [] as readonly Buffer[], starts: "" };

  beforeAll(async () => {
    before.files = files.map(content);
    before.starts = await starts();
  });

  afterEach(async () => {
    if (!adopted) expect(await done(["list", "--json"])).not.toContain("SHARED_TOKEN");
  });

  let adopted = false;

  test("is not taken over with a name that no contract has", async () => {
    const { status, stderr } = await project.keyturn(["adopt", host, "--yes"]);
    expect({ status, stderr }).toMatchObject({
      status: 65,
      stderr: expect.stringContaining("api@box1 has LEGACY_FLAG"),
    });
    await project.write({ "api/.env.example": `${contracts["api/.env.example"]}# @optional @public\nLEGACY_FLAG=0\n` });
  });

  test("is not taken over where a file says something else than the process", async () => {
    await put(workerFile, handWritten.worker.replace("tok-shared", "tok-edited"));
    const { status, stderr } = await project.keyturn(["adopt", host, "--yes"]);
    expect({ status, stderr }).toMatchObject({
      status: 65,
      stderr: expect.stringContaining("SHARED_TOKEN of worker@box1: the running process has another value"),
    });
    await put(workerFile, handWritten.worker);
  });

  test("is taken over as it is: no file is touched, nothing is restarted, nothing is left to do", async () => {
    expect(await done(["adopt", host, "--yes"])).toContain("adopted: 3 targets as r1\nnothing to do: 3 targets");
    adopted = true;
    expect(files.map(content)).toEqual(before.files);
    expect(await starts()).toBe(before.starts);
    expect(await done(["plan"])).toContain("nothing to do: 3 targets");
    expect(await done(["apply", "--yes"])).toContain("nothing to do: 3 targets");
    const status = JSON.parse(await done(["status", "--json"])) as { readonly rows: readonly object[] };
    expect(status.rows).toMatchObject(
      Array.from({ length: 4 }, () => ({ state: "active", release: "r1", differences: [] })),
    );
  });

  test("gave each service what it had, and no more", async () => {
    const { grants } = JSON.parse(await done(["grant", "--json"])) as { readonly grants: readonly Grant[] };
    expect(grants.map(({ service, name }) => `${service} ${name}`).toSorted()).toEqual([
      "api DB_URL",
      "api LEGACY_FLAG",
      "api NOTE",
      "api PEM",
      "api SHARED_TOKEN",
      "box BOX_SECRET",
      "worker SHARED_TOKEN",
    ]);
  });

  test("is adopted once", async () => {
    const { status, stdout } = await project.keyturn(["adopt", host, "--yes"]);
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/belongs to .*nothing to take over/s),
    });
  });

  test("refuses a second controller, and says how it could become the owner", async () => {
    const other = { home: "other" };
    const adopt = await project.keyturn(["adopt", host, "--yes"], other);
    expect(adopt.stdout).toMatch(/api@box1: belongs to kthand\/lab\/\S+ already.*hosts prepare box1 --take-over/);
    for (const name of ["DB_URL", "SHARED_TOKEN", "PEM", "NOTE", "BOX_SECRET"]) {
      const input = name === "PEM" ? pem : "postgres://of-someone-else";
      expect(await project.keyturn(["set", name, "--grant"], { ...other, input })).toMatchObject({
        status: 0,
        stderr: "",
      });
    }
    expect(await project.keyturn(["apply", "--yes"], other)).toMatchObject(refused);
    expect(files.map(content)).toEqual(before.files);
  });

  test("goes back to the hand-written files when the first release fails", async () => {
    await project.write({
      "keyturn.yaml": manifest.replaceAll("owner: kthand\n", "owner: kthand\n    values: { MODE: dies }\n"),
    });
    const { status, stdout } = await project.keyturn(["apply", "--yes"]);
    expect({ status, stdout }).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("back on the release before: box1"),
    });
    expect(files.map(content)).toEqual(before.files);
    await project.write({ "keyturn.yaml": manifest });
    expect(await done(["plan"])).toContain("nothing to do: 3 targets");
  });

  test("then rolls a changed value out as any other, and processes say their release", async () => {
    await project.set("SHARED_TOKEN", "tok-rolled-out-by-us");
    await done(["apply", "--yes"]);
    for (const unit of units) {
      const pid = (await inside("systemctl", "show", "-p", "MainPID", "--value", unit)).trim();
      const environment = (await inside("cat", `/proc/${pid}/environ`)).split("\0");
      expect(environment).toEqual(expect.arrayContaining(["SHARED_TOKEN=tok-rolled-out-by-us", "MODE=well"]));
      expect(environment.filter((one) => /^KEYTURN_RELEASE=r\d+$/.test(one))).toHaveLength(1);
    }
    expect(content(boxFile)).toEqual(before.files[2]);
    expect(await done(["plan"])).toContain("nothing to do: 3 targets");
  });
});

test("a platform whose store is gone is freed by root and taken over by another, which the first one then is not", async () => {
  await project.write({ "keyturn.yaml": manifest });
  const before = files.map(content);
  const running = await starts();
  const third = { home: "third" };
  const prepared = await project.keyturn(["hosts", "prepare", host, "--take-over", "--via", "root-%h", "--yes"], third);
  expect(prepared).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/api@box1 was kthand\/lab\/\S+'s, and is this store's to change/),
    stderr: expect.stringMatching(/take over box@box1 +from kthand\/lab\/\S+, epoch \d+ lease \d+;/),
  });
  expect((await project.keyturn(["audit"], third)).stdout).toContain("host.take-over");
  const { status, stdout, stderr } = await project.keyturn(["adopt", host, "--yes"], third);
  expect({ status, stdout, stderr }).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("nothing to do: 3 targets"),
  });
  expect(files.map(content)).toEqual(before);
  expect(await starts()).toBe(running);
  await project.set("SHARED_TOKEN", "tok-of-the-former-owner");
  expect(await project.keyturn(["apply", "--yes"])).toMatchObject(refused);
  expect(files.map(content)).toEqual(before);
});

test("nothing that a command printed holds a value", () => {
  expect(project.leaks()).toEqual([]);
});

/** What a store is told whose targets are another's. */
const refused = {
  status: 75,
  stdout: "",
  stderr: expect.stringMatching(/belongs to kthand\/lab\/[^]*nothing was touched[^]*--take-over/) as unknown,
};

interface Grant {
  readonly service: string;
  readonly name: string;
}

function content(path: string): Buffer {
  return readFileSync(join(lab.root(host), path));
}

/** Of every unit and container: new with each start. */
async function starts(): Promise<string> {
  const containers = await inside(
    "docker",
    "ps",
    "-q",
    "--no-trunc",
    "--filter",
    "label=com.docker.compose.service=box",
  );
  return (await inside("systemctl", "show", "-p", "InvocationID", ...units)) + containers;
}

async function done(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn(words);
  expect({ words, status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ words, status: 0, stderr: "" });
  return stdout;
}

async function inside(...argv: readonly string[]): Promise<string> {
  return (await lab.exec(host, argv)).stdout;
}

/** Written in place: owner and mode stay. */
async function put(path: string, text: string): Promise<void> {
  await lab.exec(host, ["sh", "-c", `cat >${path}`], { input: text });
}

const pem = "-----BEGIN KEY-----\nbGluZSBvZiBhIGtleQ==\n-----END KEY-----";

const planted = [
  "postgres://app:p%20w@db/main",
  "tok-shared-by-both",
  "tok-edited-by-both",
  pem,
  'several words # and "quotes"',
  'it is "box" only',
];

const handWritten = {
  api: `# hand-written, ask Maria before you change it

ZONE=eu
; an old kind of comment
DB_URL="postgres://app:p%20w@db/main"
  SHARED_TOKEN='tok-shared-by-both'
PEM="${pem}"
NOTE=several words # and "quotes"
LEGACY_FLAG=1
MODE=well
`,
  worker: `SHARED_TOKEN=tok-shared-by-both   \n# MODE=other\nMODE=well\n`,
  box: `# for the container\nBOX_SECRET='it is "box" only'\nMODE='well'\n`,
};

const contracts = {
  "api/.env.example": `# @required @sensitive @type=url
DB_URL=change-me
# @required @sensitive
SHARED_TOKEN=change-me
# @required @sensitive @type=pem
PEM=change-me
# @required @sensitive
NOTE=change-me
# @optional @public
MODE=well
# @optional @public
ZONE=eu
# @optional @public
NOT_THERE_YET=
`,
  "worker/.env.example": `# @required @sensitive
SHARED_TOKEN=change-me
# @optional @public
MODE=well
`,
  "box/.env.example": `# @required @sensitive
BOX_SECRET=change-me
# @optional @public
MODE=well
`,
};

const manifest = `platform: kthand
services:
  api:
    contract: api/.env.example
    runtime: systemd
    file: /opt/kthand/.env
    owner: kthand
    unit: kthand.service
  worker:
    contract: worker/.env.example
    runtime: systemd
    file: /opt/kthandw/.env
    owner: kthand
    unit: kthandw@.service
    instances: [a, b]
  box:
    contract: box/.env.example
    runtime: compose
    file: /opt/kthandc/.env
    owner: root
    project: /opt/kthandc
    compose-file: docker-compose.yml
environments:
  lab:
    hosts: { box1: {} }
`;

const composeFile = `version: "2.4"
services:
  box:
    image: ${lab.nodeImage}
    init: true
    env_file: .env
    command: ["sleep", "100000"]
`;

const recreate = "cd /opt/kthandc && docker-compose up -d";

const unit = (name: string) => `cat >/etc/systemd/system/${name} <<'END'
[Service]
EnvironmentFile=/opt/${name.replace(/@?\..*/, "")}/.env
User=kthand
ExecStart=/bin/sh -c 'test "$MODE" != dies || exit 9; exec sleep 100000'
[Install]
WantedBy=multi-user.target
END`;

const setUp = `useradd --system kthand
mkdir -p /opt/kthand /opt/kthandw /opt/kthandc
for name in kthand kthandw kthandc; do : >/opt/$name/.env; chmod 600 /opt/$name/.env; done
chown -R kthand:kthand /opt/kthand /opt/kthandw
${unit("kthand.service")}
${unit("kthandw@.service")}`;

const cleanUp = `systemctl disable --now ${units.join(" ")} 2>/dev/null
cd /opt/kthandc 2>/dev/null && touch .env && docker-compose down -t 0
sed -i '/kthand/d' /etc/keyturn/targets
rm -rf /opt/kthand /opt/kthandw /opt/kthandc /etc/systemd/system/kthand.service /etc/systemd/system/kthandw@.service
rm -rf /var/lib/keyturn/api@box1 /var/lib/keyturn/worker@box1 /var/lib/keyturn/box@box1
userdel kthand; systemctl daemon-reload`;
