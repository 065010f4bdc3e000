import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openLab } from "../lab.ts";
import { openProject, type Project } from "../project.ts";
import { attempt } from "../run.ts";

/* What a real engine writes, through a pipe as a person would have it. */
const lab = openLab();
const host = "box1";
const value = "planted-in-a-layer-7319";
let project: Project;

beforeAll(async () => {
  await inside(cleanUp);
  await inside(makeImages);
  project = await openProject(files);
  for (const words of ["init --yes", "grant --missing --yes"]) {
    expect(await project.keyturn(words.split(" "))).toMatchObject({ status: 0 });
  }
  await project.set("TOKEN", value);
});

afterAll(async () => {
  await inside(cleanUp);
  project.remove();
});

test("a value that a later layer deleted is found in the layer that brought it", async () => {
  expect(await inside("docker run --rm ktscan:gone ls -A /app")).toBe("");
  const { status, stdout } = await scanImage("ktscan:gone");
  expect(status).toBe(2);
  const { findings } = JSON.parse(stdout);
  expect(findings).toEqual([
    expect.objectContaining({
      name: "TOKEN",
      line: 2,
      path: expect.stringMatching(/^<stdin>!.*[0-9a-f]{64}[^!]*!app\/\.env$/),
    }),
  ]);
  expect(project.leaks()).toEqual([]);
});

test("what an image's history and variables tell is found as well", async () => {
  const { status, stdout } = await scanImage("ktscan:env");
  expect(status).toBe(2);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly path: string }[] };
  expect(findings.length).toBeGreaterThan(0);
  for (const { path } of findings) expect(path).toMatch(/^<stdin>!.*[0-9a-f]{64}/);
});

test("in an image without one nothing is found, and all of it was looked into", async () => {
  const { status, stdout } = await scanImage("ktscan:clean");
  expect({ status, stdout: JSON.parse(stdout) }).toMatchObject({ status: 0, stdout: { findings: [], left: [] } });
});

/** `docker save … | keyturn scan --stdin` */
function scanImage(image: string) {
  const pipe = `ssh -F "$CONFIG" root-${host} docker save ${image} | "$NODE" "$KEYTURN" scan --stdin --json`;
  const env = {
    CONFIG: lab.sshConfig,
    NODE: process.execPath,
    KEYTURN: inject("command"),
    KEYTURN_HOME: `${project.folder}/home`,
  };
  return attempt(["sh", "-c", pipe], { cwd: project.folder, env });
}

async function inside(script: string): Promise<string> {
  const { status, stdout, stderr } = await lab.exec(host, ["sh", "-ec", script]);
  if (status !== 0) throw new Error(`${script} ended with ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}

const files = {
  "keyturn.yaml": `platform: ktscan
services:
  app:
    contract: app/.env.example
    runtime: process
    command: [node, main.js]
    directory: app
environments:
  local:
    hosts: { here: local }
`,
  "app/.env.example": "# @required @sensitive\nTOKEN=change-me\n",
};

/** One that has a file with the value and then not, one with it as a variable, and the one that both are made of. */
const makeImages = `
root=$(mktemp -d)
mkdir -p $root/bin $root/app $root/tmp
cp /bin/busybox $root/bin/busybox
for name in sh ls rm cat; do ln -s busybox $root/bin/$name; done
tar -C $root -c . | docker import -c 'ENV PATH=/bin' - ktscan:clean >/dev/null
rm -rf $root
# by its input, since an image's history tells commands as well
printf 'A=1\\nTOKEN=${value}\\n' | docker run -i --name ktscan-brings ktscan:clean sh -c 'cat >/app/.env'
docker commit ktscan-brings ktscan:brings >/dev/null
docker run --name ktscan-deletes ktscan:brings rm /app/.env
docker commit ktscan-deletes ktscan:gone >/dev/null
docker create --name ktscan-env ktscan:clean sh >/dev/null
docker commit -c 'ENV TOKEN=${value}' ktscan-env ktscan:env >/dev/null
`;

/** Children before the image they were made from: an engine refuses to remove one that others stand on. */
const cleanUp = `
docker ps -aq --filter name=ktscan- | xargs -r docker rm -f >/dev/null
for tag in gone brings env clean; do
  if docker image inspect ktscan:$tag >/dev/null 2>&1; then docker rmi -f ktscan:$tag >/dev/null; fi
done
`;
