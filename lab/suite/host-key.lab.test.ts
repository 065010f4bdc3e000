import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { place } from "../place.ts";
import { openProject, type Project } from "../project.ts";

const host = "app1";
let project: Project;

beforeAll(async () => {
  const config = readFileSync(place.sshConfig, "utf8")
    .replace(place.knownHosts, "KNOWN")
    .replace("ControlPath ", "ControlPath none #");
  project = await openProject({
    "keyturn.yaml": `platform: ktkeys
services:
  api:
    contract: .env.example
    runtime: systemd
    hosts: [${host}]
    file: /opt/ktkeys/.env
    owner: ktkeys
    unit: ktkeys.service
environments:
  lab:
    ssh: { config: ssh.conf }
    hosts: { ${host}: {} }
`,
    ".env.example": "PORT=8080\n",
  });
  await project.write({ "ssh.conf": config.replace("KNOWN", join(project.folder, "known")) });
});

afterAll(() => project.remove());

test("an unknown key is shown with the machine's own fingerprints and accepted once", async () => {
  const before = await project.keyturn(["hosts"]);
  expect(before.stdout).toContain(`next: keyturn hosts accept ${host}`);
  const accepted = await project.keyturn(["hosts", "accept", host, "--yes"]);
  expect(accepted.status).toBe(0);
  expect(accepted.stderr).toMatch(/ssh-ed25519 +SHA256:[A-Za-z0-9+/]{43}\n/);
  const own = readFileSync(place.knownHosts, "utf8").split("\n");
  const kept = known().trim().split("\n");
  for (const line of kept) {
    const [, type, key] = line.split(" ");
    expect(own.some((one) => one.startsWith(`${host},`) && one.endsWith(` ${type} ${key}`))).toBe(true);
  }
  const again = await project.keyturn(["hosts", "accept", host, "--yes"]);
  expect(again).toMatchObject({ status: 0, stdout: `${host} is known already\n` });
});

test("a key that changed is refused until its replacement is asked for", async () => {
  const good = known();
  const other = readFileSync(`${place.deployKey}.pub`, "utf8").split(" ")[1] ?? "";
  const changed = good.replace(/ssh-ed25519 \S+/, `ssh-ed25519 ${other}`);
  expect(changed).not.toBe(good);
  await project.write({ known: changed });
  const refused = await project.keyturn(["hosts", "accept", host, "--yes"]);
  expect(refused.status).toBe(76);
  expect(refused.stderr).toContain(`keyturn hosts accept ${host} --replace`);
  expect(known()).toBe(changed);
  const replaced = await project.keyturn(["hosts", "accept", host, "--yes", "--replace"]);
  expect(replaced.status).toBe(0);
  expect(known().split("\n").toSorted()).toEqual(good.split("\n").toSorted());
});

function known(): string {
  return readFileSync(join(project.folder, "known"), "utf8");
}
