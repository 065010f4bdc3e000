import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { openProject, type Project } from "../project.ts";
import { attempt } from "../run.ts";

/* What a host's own state may do to a delivery: each is told by name, and what was there stays. */
const lab = openLab();
const host = "box1";
const folder = "/opt/ktfull";
const file = `${folder}/.env`;
let project: Project;

beforeAll(async () => {
  await inside(cleanUp);
  // its blocks are counted: a few files fill it
  await inside(`mkdir -p ${folder} && mount -t tmpfs -o size=96k,mode=755 ktfull ${folder}`);
  project = await openProject({ "keyturn.yaml": manifest, ".env.example": contract, "ktfull.service": unit });
  await done(["init", "--yes"]);
  await project.set("TOKEN", "first-token-value");
  await done(["hosts", "prepare", "--via", "root-%h", "--yes"]);
  await done(["apply", "--yes"]);
});

afterAll(async () => {
  await inside(cleanUp);
  project.remove();
});

test.each([
  [
    "a full disk",
    `head -c 1M /dev/zero >${folder}/filler`,
    `rm ${folder}/filler`,
    /no-space: no space left on the disk/,
  ],
  [
    "a file system that became read-only",
    `mount -o remount,ro ${folder}`,
    `mount -o remount,rw ${folder}`,
    /read-only: the file system can not be written/,
  ],
  [
    "a link in place of the file",
    `mv ${file} ${folder}/kept && ln -s /etc/passwd ${file}`,
    `rm ${file} && mv ${folder}/kept ${file}`,
    /something else than a file is in its place/,
  ],
  [
    "a folder that the service user can write",
    `chown ktfull ${folder}`,
    `chown root ${folder}`,
    /must belong to root and be writable by root only/,
  ],
  [
    "an allowlist that is not root's",
    "chown deploy /etc/keyturn/targets",
    "chown root /etc/keyturn/targets",
    /allowlist must belong to root and be writable by root only/,
  ],
  [
    "an allowlist that others can write",
    "chmod 666 /etc/keyturn/targets",
    "chmod 644 /etc/keyturn/targets",
    /allowlist must belong to root and be writable by root only/,
  ],
])("%s is told, and nothing has changed", async (_, spoil, mend, reason) => {
  const before = await state();
  await project.set("TOKEN", `${"x".repeat(20_000)}-${reason.source.length}`);
  await inside(spoil);
  try {
    const { status, stdout, stderr } = await project.keyturn(["apply", "--yes"]);
    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(reason);
  } finally {
    await inside(mend);
  }
  expect(await state()).toBe(before);
});

test("the deploy user can change neither helper nor allowlist, nor read the record", async () => {
  for (const command of [
    "echo >>/etc/keyturn/targets",
    "echo >>/usr/local/lib/keyturn/keyturn-host",
    "mv /usr/local/lib/keyturn/keyturn-host /tmp/",
    "cat /var/lib/keyturn/*/record",
    `cat ${file}`,
  ]) {
    const { status, stderr } = await attempt(["ssh", "-F", lab.sshConfig, host, command]);
    expect({ command, status: status === 0, stderr }).toMatchObject({ status: false, stderr: /denied|cannot/i });
  }
});

test("what a killed delivery left beside the file is gone with the next one", async () => {
  await project.set("TOKEN", "another-token-value");
  await inside(`echo TOKEN=left-over-value >${folder}/..env.keyturn-staged`);
  await done(["apply", "--yes"]);
  expect(await inside(`ls -A ${folder}`)).toBe(".env\n");
});

test("nothing that a command printed holds a value", () => {
  expect(project.leaks()).toEqual([]);
});

async function done(words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn(words);
  expect({ words, status, stderr: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ words, status: 0, stderr: "" });
  return stdout;
}

/** The file with owner and mode, what lies beside it, what runs, and a file that a link could reach. */
async function state(): Promise<string> {
  return inside(`sha256sum ${file} /etc/passwd; stat -c '%U %G %a %i' ${file}; ls -A ${folder}
    systemctl show -p InvocationID ktfull`);
}

async function inside(script: string): Promise<string> {
  return (await lab.exec(host, ["sh", "-c", script])).stdout;
}

const manifest = `platform: ktfull
services:
  full:
    contract: .env.example
    runtime: systemd
    file: ${file}
    owner: ktfull
    unit: ktfull.service
    unit-file: ktfull.service
environments:
  lab:
    hosts: { box1: {} }
`;

const contract = "# @required @sensitive\nTOKEN=change-me\n";

const unit = `[Service]
EnvironmentFile=${file}
User=ktfull
ExecStart=/bin/sleep 100000
[Install]
WantedBy=multi-user.target
`;

const cleanUp = `systemctl disable --now ktfull
umount ${folder}
sed -i '/ktfull/d' /etc/keyturn/targets
rm -rf ${folder} /var/lib/keyturn/full@box1 /etc/systemd/system/ktfull.service
userdel ktfull; systemctl daemon-reload`;
