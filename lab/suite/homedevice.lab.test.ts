import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { openProject, type Project } from "../project.ts";
import { closeConnectionsTo } from "../ssh.ts";

/* The example platform with per-user containers, as its README deploys it: its images, its compose file, its manifest. */
const lab = openLab();
const host = "box1";
const repository = fileURLToPath(new URL("../..", import.meta.url));
const example = join(repository, "examples/homedevice");
const users = ["alice", "bob", "carol"];
const production = ["--env", "production", "--yes"];
const key = "sk-proj-homedevice-0123456789abcdefghij";
let project: Project;

beforeAll(async () => {
  await inside(cleanUp);
  for (const name of ["examples/homedevice", "sdk", "package.json"]) {
    cpSync(join(repository, name), onHost(`/opt/ktsource/${name}`), {
      recursive: true,
      filter: (path) => !/\/(node_modules|dist|\.keyturn)$/.test(path),
    });
  }
  await inside(`cd /opt/ktsource && for name in agent api; do node examples/homedevice/image.ts $name; done`);
  await inside(grafana);
  for (const part of ["deploy", "grafana"]) {
    mkdirSync(onHost(`/opt/homedevice/${part}`), { recursive: true });
    cpSync(join(example, part, "compose.yaml"), onHost(`/opt/homedevice/${part}/compose.yaml`));
  }
  // a checkout's may be writable for its group; and containers are made through the engine's socket, which is its group's
  await inside("chmod -R go-w /opt/homedevice; usermod -aG docker deploy");
  await closeConnectionsTo(host);
  project = await openProject({});
  cpSync(example, project.folder, { recursive: true, filter: (path) => !path.endsWith("/.keyturn") });
  // the lab's engine has no control groups for processors
  const manifest = readFileSync(join(example, "keyturn.yaml"), "utf8");
  await project.write({ "keyturn.yaml": manifest.replace(/^ +cpus: .*\n/m, "") });
  for (const words of ["init", "recovery init --out recovery.txt", "recovery drill recovery.txt"]) await done(words);
  for (const words of ["generate --missing", "import values.sample.env", "grant --missing"]) await done(words);
  for (const [, value = ""] of readFileSync(join(example, "values.sample.env"), "utf8").matchAll(/^\w+="(.+)"$/gm)) {
    project.plant(value);
  }
  await done(`hosts prepare --via root-%h`);
});

afterAll(async () => {
  await inside(cleanUp);
  project.remove();
});

test("api and dashboards come up with their files, each with what its contract names", async () => {
  expect(await done("apply")).toContain("verified");
  expect(await inside("curl -sf http://127.0.0.1:7000/health")).toContain('"release":"r1"');
  expect(await inside("stat -c '%a %U' /opt/homedevice/deploy/.env /opt/homedevice/grafana/.env")).toBe(
    "600 root\n600 root",
  );
  const [api, dashboards] = [
    await environmentOf(await composed("api")),
    await environmentOf(await composed("grafana")),
  ];
  expect(api.get("JWT_SECRET")).toMatch(/^\S{32,}$/);
  expect(dashboards.get("GF_SECURITY_ADMIN_PASSWORD")).toMatch(/^\S{12,}$/);
  expect([api.has("OPENAI_API_KEY"), dashboards.has("JWT_SECRET")]).toEqual([false, false]);
});

test("each user's agent has a key of its own, the providers' keys, and nothing else", async () => {
  for (const user of users) await done(`runtimes create ${user}`);
  const all = await Promise.all(users.map((user) => environmentOf(`agent-${user}`)));
  expect(all.map((one) => one.get("AGENT_USER"))).toEqual(users);
  const own = all.map((one) => one.get("API_SERVER_KEY") ?? "");
  expect([new Set(own).size, own.every((one) => /^hd_\S{32,}$/.test(one))]).toEqual([users.length, true]);
  for (const one of all) {
    expect(one.get("OPENAI_API_KEY")).toContain("tryout");
    expect(["JWT_SECRET", "TWILIO_AUTH_TOKEN", "PROVISIONER_INTERNAL_TOKEN"].filter((name) => one.has(name))).toEqual(
      [],
    );
  }
  const made = "{{.Config.User}} {{.HostConfig.NetworkMode}}";
  expect(await inside(`docker inspect -f '${made}' agent-alice`)).toBe("65534:65534 homedevice");
});

test("a provider's key that an admin saves reaches every agent, one of them first", async () => {
  project.plant(key);
  const words = ["settings", "set", "openai", "--unverified", "no vendor is reached from here"];
  const { status, stdout, stderr } = await project.keyturn([...words, ...production], { input: `${key}\n` });
  expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: expect.stringContaining("runs everywhere") });
  expect(stderr).toMatch(/wave 1 of 2: agent\/\w+@box1\n/);
  const all = await Promise.all(users.map((user) => environmentOf(`agent-${user}`)));
  expect(all.map((one) => one.get("OPENAI_API_KEY"))).toEqual(users.map(() => key));
});

test("nothing is left to do, and nothing that was printed holds a value", async () => {
  expect(await done("plan")).toContain("nothing to do");
  expect(await done("drift")).toContain("no drift");
  expect(project.leaks()).toEqual([]);
});

/** Compose's two versions name it in two ways. */
function composed(service: string): Promise<string> {
  return inside(`docker ps -q --filter label=com.docker.compose.service=${service}`);
}

async function environmentOf(container: string): Promise<ReadonlyMap<string, string>> {
  const lines = await inside(`docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' ${container}`);
  return new Map(
    lines.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

async function done(words: string): Promise<string> {
  const { status, stdout, stderr } = await project.keyturn([...words.split(" "), ...production]);
  if (status !== 0) throw new Error(`${words} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

async function inside(script: string): Promise<string> {
  const { status, stdout, stderr } = await lab.exec(host, ["sh", "-c", script]);
  if (status !== 0) throw new Error(`${script} ended with ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}

function onHost(path: string): string {
  return join(lab.root(host), path);
}

/** No registry is reached: this one only says that it is well. */
const answering = `require("http").createServer((_, answer) => answer.end("{}")).listen(3000)`;
const grafana = `
made=$(docker create ${lab.nodeImage} true)
docker export $made | docker import -c 'ENV PATH=/usr/local/bin:/bin' -c 'CMD ["node","-e","${answering.replaceAll('"', '\\"')}"]' - grafana/grafana:12.3.0
docker rm $made >/dev/null
`;

const cleanUp = `
docker ps -aq --filter label=keyturn.service=agent | xargs -r docker rm -f >/dev/null
docker ps -aq --filter label=com.docker.compose.project | xargs -r docker rm -f >/dev/null
docker network rm homedevice >/dev/null 2>&1
rm -rf /opt/homedevice /opt/ktsource /etc/keyturn /var/lib/keyturn /usr/local/lib/keyturn /etc/sudoers.d/keyturn-*
gpasswd -d deploy docker >/dev/null 2>&1
true
`;
