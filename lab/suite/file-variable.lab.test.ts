import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { openProject, type Project } from "../project.ts";

const lab = openLab();
const host = "box1";
const places = ["/opt/ktfile/.env.d", "/opt/ktfilec/.env.d"];
const first = Buffer.concat([Buffer.from([0, 10]), randomBytes(50_000), Buffer.from([0, 10])]);
const second = randomBytes(1024 * 1024);
let project: Project;

beforeAll(async () => {
  await inside("sh", "-c", cleanUp);
  await inside("sh", "-c", setUp);
  project = await openProject({
    "reader/.env.example": contract,
    "box/.env.example": contract,
    "keyturn.yaml": manifest,
  });
  await done(["init", "--yes"]);
  await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
});

afterAll(async () => {
  await inside("sh", "-c", cleanUp);
  project.remove();
});

test("a file variable reaches a unit and a container as a private file, byte for byte", async () => {
  await give(first);
  await done(["apply", "--yes"]);
  expect(await seen()).toEqual([digest(first), digest(first)]);
  expect(await modes("r1")).toEqual(["755 root", "755 root", "600 ktfile", "755 root", "755 root", "600 root"]);
  expect(await done(["plan"])).toContain("nothing to do: 2 targets");
});

test("new content comes with the next release, and the one before stays for the way back", async () => {
  await give(second);
  await done(["apply", "--yes"]);
  expect(await seen()).toEqual([digest(second), digest(second)]);
  for (const place of places) expect(readdirSync(join(lab.root(host), place)).toSorted()).toEqual(["r1", "r2"]);
});

test("a changed file variable is drift, and the next apply puts it right", async () => {
  writeFileSync(join(lab.root(host), places[0] ?? "", "r2", "CERT"), "by hand");
  const { status, stdout } = await project.keyturn(["drift"]);
  expect({ status, stdout }).toMatchObject({ status: 2, stdout: expect.stringContaining("reader@box1") });
  await done(["apply", "--yes"]);
  expect(digest(readFileSync(join(lab.root(host), places[0] ?? "", "r2", "CERT")))).toBe(digest(second));
  expect(await done(["plan"])).toContain("nothing to do: 2 targets");
});

async function give(content: Buffer): Promise<void> {
  writeFileSync(join(project.folder, "cert"), content);
  await done(["set", "CERT", "--file", "cert", "--grant", "--yes"]);
}

/** What each of the two found behind its path when it started. */
async function seen(): Promise<readonly string[]> {
  const container = (await inside("docker", "ps", "-q", "--filter", "label=com.docker.compose.project=ktfilec")).trim();
  const read = "process.stdout.write(require('fs').readFileSync(process.env.CERT).toString('base64'))";
  const there = Buffer.from(await inside("docker", "exec", container, "node", "-e", read), "base64");
  return [readFileSync(join(lab.root(host), "/opt/ktfile/work/seen"), "utf8").slice(0, 64), digest(there)];
}

async function modes(release: string): Promise<readonly string[]> {
  const paths = places.flatMap((place) => [place, `${place}/${release}`, `${place}/${release}/CERT`]);
  return (await inside("stat", "-c", "%a %U", ...paths)).trim().split("\n");
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function done(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn(words);
  expect({ words, status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ words, status: 0, stderr: "" });
  return stdout;
}

async function inside(...argv: readonly string[]): Promise<string> {
  return (await lab.exec(host, argv)).stdout;
}

const contract = "# @required @sensitive @type=file\nCERT=\n";

const manifest = `platform: ktfile
services:
  reader:
    contract: reader/.env.example
    runtime: systemd
    file: /opt/ktfile/.env
    owner: ktfile
    unit: ktfile.service
  box:
    contract: box/.env.example
    runtime: compose
    file: /opt/ktfilec/.env
    owner: root
    project: /opt/ktfilec
    compose-file: docker-compose.yml
environments:
  lab:
    hosts: { box1: {} }
`;

const setUp = `useradd --system ktfile
mkdir -p /opt/ktfile/work /opt/ktfilec
chown ktfile:ktfile /opt/ktfile/work
cat >/etc/systemd/system/ktfile.service <<'END'
[Service]
EnvironmentFile=/opt/ktfile/.env
User=ktfile
ExecStart=/bin/sh -c 'sha256sum <"$CERT" >/opt/ktfile/work/seen; exec sleep 100000'
[Install]
WantedBy=multi-user.target
END
cat >/opt/ktfilec/docker-compose.yml <<'END'
version: "2.4"
services:
  box:
    image: ${lab.nodeImage}
    init: true
    env_file: .env
    volumes: ["/opt/ktfilec/.env.d:/opt/ktfilec/.env.d:ro"]
    command: ["sleep", "100000"]
END
systemctl daemon-reload`;

const cleanUp = `systemctl disable --now ktfile.service 2>/dev/null
cd /opt/ktfilec 2>/dev/null && touch .env && docker-compose down -t 0
sed -i '/ktfile/d' /etc/keyturn/targets
rm -rf /opt/ktfile /opt/ktfilec /etc/systemd/system/ktfile.service /var/lib/keyturn/reader@box1 /var/lib/keyturn/box@box1
userdel ktfile; systemctl daemon-reload`;
