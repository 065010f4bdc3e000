import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";

/* The command runs on the host itself, as root and without ssh: `hosts: { here: local }`. */
const lab = openLab();
const host = "box1";
const place = "/opt/ktlocal";
const repository = fileURLToPath(new URL("../..", import.meta.url));
const token = "token-of-the-local-host";
let said = "";

beforeAll(async () => {
  await inside(["sh", "-c", cleanUp]);
  for (const name of ["src", "bin", "package.json"]) {
    await cp(join(repository, name), join(lab.root(host), place, "keyturn", name), { recursive: true });
  }
  await symlink("/opt/node_modules", join(lab.root(host), place, "keyturn/node_modules"));
  for (const [path, text] of Object.entries(files)) {
    const target = join(lab.root(host), path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  await done(["init", "--yes"]);
  await done(["set", "TOKEN", "--grant"], token);
});

afterAll(async () => {
  await inside(["sh", "-c", cleanUp]);
});

test("systemd, compose and a bundle are prepared, delivered and verified on the machine itself", async () => {
  await done(["hosts", "prepare", "--yes"]);
  expect(await done(["apply", "--yes"])).toContain("r1 runs on 3 targets, verified");
  expect(await inside(["sh", "-c", environmentOf("$(systemctl show -p MainPID --value ktlocal)")])).toContain(
    `TOKEN=${token}`,
  );
  const container = `$(docker inspect -f '{{.State.Pid}}' box_box_1)`;
  expect(await inside(["sh", "-c", environmentOf(container)])).toContain(`TOKEN=${token}`);
  expect(await inside(["cat", `${place}/site/current/index.html`])).toBe("<title>Blue</title>\n");
  expect(await done(["plan"])).toContain("nothing to do: 3 targets");
});

test("what fails goes back, as over ssh", async () => {
  const before = readFileSync(join(lab.root(host), place, "unit/.env"));
  await writeFile(join(lab.root(host), place, "project/keyturn.yaml"), manifest("dies"));
  const { status, stdout } = await keyturn(["apply", "unit", "--yes"]);
  expect({ status, stdout }).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("back on the release before: here"),
  });
  expect(readFileSync(join(lab.root(host), place, "unit/.env"))).toEqual(before);
});

test("no sudo rule is made for root, and nothing that was printed holds the value", () => {
  expect(existsSync(join(lab.root(host), "etc/sudoers.d/keyturn-root"))).toBe(false);
  expect(said).not.toContain(token);
});

async function keyturn(words: readonly string[], input = "") {
  const command = `cd ${place}/project && exec node ${place}/keyturn/bin/keyturn.js "$@"`;
  const outcome = await lab.exec(host, ["sh", "-c", command, "keyturn", ...words], { input });
  said += outcome.stdout + outcome.stderr;
  return outcome;
}

async function done(words: readonly string[], input?: string): Promise<string> {
  const { status, stdout, stderr } = await keyturn(words, input);
  expect({ words, status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ words, status: 0, stderr: "" });
  return stdout;
}

async function inside(argv: readonly string[]): Promise<string> {
  return (await lab.exec(host, argv)).stdout;
}

function environmentOf(pid: string): string {
  return `tr '\\0' '\\n' </proc/${pid}/environ`;
}

function manifest(mode: string): string {
  return `platform: ktlocal
services:
  unit:
    contract: unit/.env.example
    runtime: systemd
    file: ${place}/unit/.env
    owner: ktlocal
    unit: ktlocal.service
    unit-file: unit/ktlocal.service
    values: { MODE: ${mode} }
  box:
    contract: box/.env.example
    runtime: compose
    file: ${place}/box/.env
    owner: root
    project: ${place}/box
  page:
    contract: page/.env.example
    runtime: vite
    directory: page
    build: node build.mjs
    publish: ${place}/site
    owner: www-data
environments:
  lab:
    hosts: { here: local }
`;
}

const secret = "# @required @sensitive\nTOKEN=change-me\n";

const files = {
  [`${place}/project/keyturn.yaml`]: manifest("well"),
  [`${place}/project/unit/.env.example`]: `${secret}# @optional @public\nMODE=well\n`,
  [`${place}/project/box/.env.example`]: secret,
  [`${place}/project/page/.env.example`]: "# @optional @public\nVITE_COLOUR=Blue\n",
  [`${place}/project/page/build.mjs`]: `import { mkdirSync, writeFileSync } from "node:fs";
mkdirSync("dist", { recursive: true });
writeFileSync("dist/index.html", "<title>" + process.env.VITE_COLOUR + "</title>\\n");
`,
  [`${place}/project/unit/ktlocal.service`]: `[Service]
EnvironmentFile=${place}/unit/.env
User=ktlocal
ExecStart=/bin/sh -c 'test "$MODE" != dies || exit 9; exec sleep 100000'
[Install]
WantedBy=multi-user.target
`,
  [`${place}/box/compose.yaml`]: `version: "2.4"
services:
  box:
    image: ${lab.nodeImage}
    init: true
    env_file: .env
    command: ["sleep", "100000"]
`,
};

const cleanUp = `systemctl disable --now ktlocal
cd ${place}/box && touch .env && docker-compose -f compose.yaml down -t 0
sed -i '/ktlocal/d' /etc/keyturn/targets
rm -rf ${place} /var/lib/keyturn/unit@here /var/lib/keyturn/box@here /var/lib/keyturn/page@here
rm -f /etc/systemd/system/ktlocal.service
userdel ktlocal; systemctl daemon-reload`;
