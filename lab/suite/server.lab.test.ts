import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openLab } from "../lab.ts";

/* Web part and worker as docs/server.md says it: its users, its units, its credential, word for word. */
const lab = openLab();
const host = "box1";
const guide = readFileSync(fileURLToPath(new URL("../../docs/server.md", import.meta.url)), "utf8");
const origin = "https://keyturn.example.com";
const password = "quiet otters count copper spoons";

beforeAll(async () => {
  await inside(cleanUp);
  const files = {
    "/etc/sysusers.d/keyturn.conf": guide.match(/^ {4}[um] keyturn.*$/gm)?.join("\n") ?? "",
    "/etc/systemd/system/keyturn-worker.service": unit("worker"),
    "/etc/systemd/system/keyturn-web.service": unit("web part"),
    "/usr/bin/keyturn": `#!/bin/sh\nexec /usr/local/bin/node /opt/ktserver/bin/keyturn.js "$@"\n`,
    "/var/lib/keyturn/keyturn.yaml": manifest,
    "/var/lib/keyturn/.env.example": "TOKEN=\n",
  };
  cpSync(dirname(dirname(inject("command"))), onHost("/opt/ktserver"), {
    recursive: true,
    filter: (path) => !path.endsWith("/node_modules"),
  });
  symlinkSync("/opt/node_modules", onHost("/opt/ktserver/node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(onHost(path)), { recursive: true });
    writeFileSync(onHost(path), `${text}\n`);
  }
  await inside(`
    chmod 755 /usr/bin/keyturn
    systemd-sysusers
    install -d -m 700 /etc/keyturn
    chown -R keyturn:keyturn /var/lib/keyturn
    chmod 700 /var/lib/keyturn
    cd /var/lib/keyturn
    runuser -u keyturn -- keyturn init --yes
    runuser -u keyturn -- ${said("keyturn rekey")}
    ${said("systemd-creds encrypt")}
    systemctl daemon-reload
    systemctl start keyturn-worker keyturn-web`);
});

afterAll(() => inside(cleanUp));

test("the units start, know every word that they say, and are left alone by the other's end", async () => {
  expect(await inside("systemd-analyze verify keyturn-worker.service keyturn-web.service 2>&1")).toBe("");
  await until(200);
  await inside("systemctl stop keyturn-worker");
  await until(503);
  await inside("systemctl start keyturn-worker");
  await until(200);
  expect(await inside("systemctl is-active keyturn-worker keyturn-web")).toBe("active\nactive\n");
  expect(await inside("systemctl show -p NRestarts --value keyturn-worker keyturn-web")).toMatch(/^0\s+0\s+$/);
});

test("the first link is in the worker's journal, and the account that it makes logs in through the web part", async () => {
  const journal = await inside("journalctl -u keyturn-worker -o cat");
  // one for each start, and the last one counts
  const [, secret = ""] = [...journal.matchAll(/https:\/\/keyturn\.example\.com\/#setup=(\S+)/g)].at(-1) ?? [];
  expect(await ask("POST", "/v1/setup", { secret, name: "anna", password })).toMatchObject({ status: 204 });
  expect(await ask("POST", "/v1/login", { name: "anna", password })).toMatchObject({ status: 200 });
});

test("the web part's user reads neither store nor key nor the worker's environment", async () => {
  const entered = "nsenter -t $(systemctl show -p MainPID --value keyturn-web) -m -- runuser -u keyturn-web -- sh -c";
  expect(await inside(`${entered} 'ls /var/lib/keyturn /etc/keyturn 2>&1; true'`)).toMatch(/denied[^]*denied/);
  const worker = "$(systemctl show -p MainPID --value keyturn-worker)";
  expect(await inside(`runuser -u keyturn-web -- cat /proc/${worker}/environ 2>&1; true`)).toContain("denied");
  expect(await inside(`runuser -u keyturn-web -- cat /var/lib/keyturn/keyturn.yaml 2>&1; true`)).toContain("denied");
});

test("the key is on no disk, and in no environment", async () => {
  expect(await inside("find /var/lib/keyturn -name '*.key'")).toBe("");
  const environment = await inside("tr '\\0' '\\n' </proc/$(systemctl show -p MainPID --value keyturn-worker)/environ");
  expect(environment).toContain("KEYTURN_CREDENTIAL=keyturn-kek");
  expect(environment).not.toMatch(/KEYTURN_KEY\b/);
});

/** A line of the guide that is to be typed. */
function said(begin: string): string {
  const line = guide.split("\n").find((text) => text.startsWith(`    ${begin}`));
  if (line === undefined) throw new Error(`docs/server.md has no ${begin}`);
  return line.trim();
}

function unit(description: string): string {
  const blocks = [...guide.matchAll(/```ini\n([^]*?)```/g)].map(([, text = ""]) => text);
  return blocks.find((text) => text.includes(`Description=Keyturn, ${description}`)) ?? "";
}

const manifest = `version: 1
platform: ktserver
services: { api: { contract: .env.example, runtime: process, command: [sleep, "1000"] } }
environments: { production: { hosts: { here: local }, services: { api: { hosts: [here] } } } }`;

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function until(status: number): Promise<void> {
  await expect.poll(async () => (await ask("GET", "/v1/openapi.json")).status, { timeout: 60_000 }).toBe(status);
}

/** As a proxy on the same machine asks; 0 where nobody answers. */
async function ask(method: string, path: string, json?: unknown): Promise<Answer> {
  const body = json === undefined ? "" : `-H 'content-type: application/json' --data-binary @-`;
  const told = await inside(
    `curl -s -X ${method} -w '\\n%{http_code}' ` +
      `-H 'Host: keyturn.example.com' -H 'Origin: ${origin}' -H 'X-Forwarded-For: 192.0.2.7' ${body} ` +
      `http://127.0.0.1:7333${path}; true`,
    json === undefined ? "" : JSON.stringify(json),
  );
  const at = told.lastIndexOf("\n");
  return { status: Number(told.slice(at + 1)), body: told.slice(0, at) };
}

async function inside(script: string, input = ""): Promise<string> {
  const { status, stdout, stderr } = await lab.exec(host, ["sh", "-c", script], { input });
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

function onHost(path: string): string {
  return join(lab.root(host), path);
}

const cleanUp = `
systemctl stop keyturn-web keyturn-worker 2>/dev/null
rm -rf /etc/systemd/system/keyturn-w* /etc/sysusers.d/keyturn.conf /usr/bin/keyturn /opt/ktserver /var/lib/keyturn /etc/keyturn
systemctl daemon-reload
userdel keyturn-web 2>/dev/null
userdel keyturn 2>/dev/null
true
`;
