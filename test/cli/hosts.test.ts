import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { keyturnIn } from "./keyturn.ts";

/** A machine that nothing answers for: port 1 of this one. */
const remote = {
  ...shop,
  "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: systemd
    hosts: [app1]
    file: /opt/api/.env
    owner: api
    unit: api.service
environments:
  local:
    hosts: { app1: {} }
`,
  "ssh.conf": "Host *\n  HostName 127.0.0.1\n  Port 1\n  User deploy\n",
};

test("hosts that run plain processes are ready as they are", async () => {
  const { keyturn } = await keyturnIn();
  const { code, out, err } = await keyturn("hosts");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe(
    "HOST   ADDRESS  STATE  HELPER  SERVICES  OWNER\n" +
      "here   local    ready  –       api, web  nobody\n" +
      "there  local    ready  –       api       nobody\n",
  );
  const prepared = await keyturn("hosts prepare --yes");
  expect(prepared.code).toBe(0);
  expect(prepared.out).toContain("here needs nothing: its services are plain local processes");
});

test("a host that can't be reached is told by name and does not fail the list", async () => {
  const { keyturn, folder } = await keyturnIn(remote);
  const variables = { KEYTURN_SSH_CONFIG: join(folder, "ssh.conf") };
  const { code, out } = await keyturn("hosts", { variables });
  expect(code).toBe(0);
  expect(out).toMatch(/^app1 +app1 +unreachable/m);
  expect(out).toContain("! app1 can't be reached");
});

test.each([
  "plan",
  "status",
  "drift",
  "hosts",
  "hosts prepare app1 --deploy-user deploy --yes",
  "hosts accept app1",
  "adopt app1",
])("the first Ctrl-C ends %s at once, whoever it waits for", async (words) => {
  const { keyturn, folder } = await keyturnIn(remote);
  // an ssh that never answers, and stands for the person at the keyboard as well
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "bin/ssh"), "#!/bin/sh\nkill -INT $PPID\nexec sleep 20\n", { mode: 0o755 });
  const variables = { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` };
  const { code, out, err } = await keyturn(words, { variables });
  expect([code, out]).toEqual([130, ""]);
  expect(err).not.toContain("error");
});

// the user that ssh itself would log in as, where none is named, is tried with real hosts
test("every step is shown before anyone is asked", async () => {
  const { keyturn, folder } = await keyturnIn(remote);
  const variables = { KEYTURN_SSH_CONFIG: join(folder, "ssh.conf") };
  const { code, err } = await keyturn("hosts prepare app1 --deploy-user deploy", { variables });
  expect(err).toContain("sudo rule for deploy");
  expect(err).toContain("allowlist");
  expect(err).toContain("there is no terminal to ask on");
  expect(code).toBe(64);
});

test("a host that fails is told, and the log has it", async () => {
  const { keyturn, folder } = await keyturnIn(remote);
  const variables = { KEYTURN_SSH_CONFIG: join(folder, "ssh.conf") };
  const { code, out } = await keyturn("hosts prepare --as root --deploy-user deploy --yes", { variables });
  expect(code).toBe(1);
  expect(out).toMatch(/^failed: app1 can't be reached/);
  expect((await keyturn("audit --json")).out).toContain('"host.prepare"');
});

test("two ways to log in, and a host that nobody named, are wrong use", async () => {
  const { keyturn, folder } = await keyturnIn(remote);
  await writeFile(join(folder, "empty"), "");
  expect((await keyturn("hosts prepare --as root --via root-%h")).code).toBe(64);
  const unknown = await keyturn("hosts prepare app9 --yes");
  expect([unknown.code, unknown.err.split("\n")[0]]).toEqual([69, "keyturn: error: no host is called app9"]);
});
