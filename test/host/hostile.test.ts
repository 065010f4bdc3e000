import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TargetAddress } from "#host";
import { bootstrapFunctions } from "../../src/host/helper/helper-text.ts";
import { controller, fileOf, recordOf } from "./fixture.ts";
import { installHelper, me, systemdTarget, writeUnit, type HelperPlace } from "./helper-fixture.ts";

const fence = `controller ${controller.owner} 1 1 -\n`;
const zero = "0".repeat(64);
let place: HelperPlace;

beforeEach(() => {
  place = installHelper();
});

afterEach(() => {
  place.remove();
});

describe("whoever has the deploy user's key", () => {
  test.each([
    ["a program in place of a health check's host", "tcp -e/bin/touch 80"],
    ["a port of another machine", "tcp 10.0.0.1 22"],
    ["a name that only looks like this machine", "tcp 127.0.0.1.example.org 22"],
    ["another machine behind a user and password", "http http://localhost:x@10.0.0.1/ 200 100 -"],
    ["another machine behind six of one's own", "http http://[::1]:x@10.0.0.1:80/ 200 100 -"],
    ["a file", "http file:///etc/shadow 200 100 -"],
    ["a file, with a machine", "http file://localhost/etc/shadow 200 100 -"],
  ])("gets no answer from %s", async (_, check) => {
    place.allow([systemdTarget(place)]);
    writeUnit(place, "w.service", "sleep 60");
    const start = `${fence}restart backend@here - restart\nverify backend@here - 1000 1\n${check}\n`;
    expect(await say(start)).toMatch(/^failed verify backend@here - refused a health check/m);
  });

  test("makes one request at most of one health check, wherever its answer points", async () => {
    const asked: string[] = [];
    const server = createServer(({ url = "" }, response) => {
      asked.push(url);
      response.writeHead(url.startsWith("/elsewhere") ? 200 : 302, { location: "/elsewhere" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    place.allow([systemdTarget(place)]);
    writeUnit(place, "w.service", "sleep 60");
    const verify = `verify backend@here - 0 1\nhttp http://127.0.0.1:${port}/[1-9] 200 1000 -\n`;
    const answer = await say(`${fence}restart backend@here - restart\n${verify}`);
    server.close();
    expect(answer).toMatch(/unhealthy .* answered 302/);
    expect(asked).toEqual(["/[1-9]"]);
  });

  test.each([
    ["a number with a leading zero", `stage backend@here 010 ${zero} r1 ab ab ${zero} 0`],
    ["a number that no shell can hold", `stage backend@here ${"9".repeat(30)} ${zero} r1 ab ab ${zero} 0`],
    ["more names than any service has", `stage backend@here 1 ${zero} r1 ab ab ${zero} 99999999`],
    ["more health checks than any service has", "verify backend@here - 1 99999999"],
    ["a way out of the state folder", "sweep ../etc"],
    ["an option in place of a target", "sweep --help"],
    ["a pattern in place of a target", "sweep *"],
    ["a name that the helper gives to a function", "set_controller backend@here"],
    ["nothing", ""],
  ])("may not say %s", async (_, line) => {
    place.allow([systemdTarget(place)]);
    expect(await say(`${fence}${line}\n`)).toMatch(/^malformed$/m);
  });

  test("fills no disk with one file: a megabyte of variables, a gigabyte of bundle", async () => {
    place.allow([systemdTarget(place), siteTarget()]);
    mkdirSync(join(place.folder, "opt", "site"), { mode: 0o755 });
    expect(await say(`${fence}stage backend@here 1048577 ${zero} r1 ab ab ${zero} 0\n`)).toMatch(/refused an environ/);
    expect(await say(`${fence}publish site@here b1 9999999999 ${zero} r1 ab ab ${zero} 0\n`)).toMatch(
      /refused a bundle/,
    );
  });

  test("publishes neither links by two names nor programs that run as their owner", async () => {
    place.allow([siteTarget()]);
    const [site, secret] = [join(place.folder, "opt", "site"), join(place.folder, "secret")];
    mkdirSync(site, { mode: 0o755 });
    writeFileSync(secret, "root's", { mode: 0o600 });
    const folder = join(place.folder, "bundle");
    mkdirSync(folder);
    writeFileSync(join(folder, "a"), "a", { mode: 0o755 });
    chmodSync(join(folder, "a"), 0o4755);
    expect(await publish(["a"])).toMatch(/^done publish/m);
    expect(statSync(join(site, "current", "a")).mode & 0o7777).toBe(0o755);
    linkSync(join(folder, "a"), join(folder, "b"));
    expect(await publish(["a", "b"])).toMatch(/refused the archive holds more/);
    expect(await publish(["a"], ["-z"])).toMatch(/refused the archive is not a plain tar/);
    expect(readdirSync(join(site, "releases"))).toHaveLength(1);
    expect(statSync(secret).mode & 0o777).toBe(0o600);
  });

  test("does not see a bundle before it is the site's own", async () => {
    place.allow([siteTarget()]);
    const site = join(place.folder, "opt", "site");
    mkdirSync(site, { mode: 0o755 });
    // in place of tar: what the folders look like while it unpacks
    const real = execFileSync("sh", ["-c", "command -v tar"], { encoding: "utf8" }).trim();
    const spy = `#!/bin/sh\ncase $1 in -xf) ls -ld ${site}/releases/*.tmp >>${place.folder}/seen ;; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(place.folder, "bin", "tar"), spy, { mode: 0o700 });
    mkdirSync(join(place.folder, "bundle"));
    writeFileSync(join(place.folder, "bundle", "a"), "a");
    expect(await publish(["a"])).toMatch(/^done publish/m);
    expect(readFileSync(join(place.folder, "seen"), "utf8")).toMatch(/^drwx------/);
  });

  test("starts no compose project whose file it could have written", async () => {
    const project = join(place.folder, "opt");
    const file = { path: join(project, ".env"), owner: me.user, group: me.group, mode: "600" };
    const instances = [{ instance: "", unit: "web" }];
    const runtime = { kind: "compose", file, instances, project, composeFile: "compose.yaml" } as const;
    const target: TargetAddress = { id: "web@here", service: "web", runtime };
    place.allow([target]);
    const compose = join(project, "compose.yaml");
    writeFileSync(compose, "services:\n  web: {}\n", { mode: 0o666 });
    chmodSync(compose, 0o666);
    const stage = () =>
      place.host.perform(controller, [{ kind: "stage", target, file: fileOf({ A: "1" }), record: recordOf("r1", {}) }]);
    expect(await stage()).toMatchObject([{ reason: "refused", detail: expect.stringContaining("compose file") }]);
    chmodSync(compose, 0o644);
    expect(await stage()).toMatchObject([{ kind: "done" }]);
  });
});

describe("the service's own user", () => {
  test("gets root's hand nowhere else by owning a folder above", async () => {
    const target = systemdTarget(place);
    place.allow([target]);
    chmodSync(place.folder, 0o777);
    expect(await deliver(target, "r1", "1")).toMatchObject([
      { kind: "failed", reason: "refused", detail: "a folder above that of the file can be written by others" },
    ]);
    // others can't move what is another's in a sticky folder
    chmodSync(place.folder, 0o1777);
    expect(await deliver(target, "r1", "1")).toMatchObject([{ kind: "done" }, { kind: "done" }]);
  });

  test("gets root's hand nowhere else by a link above that leads to a folder of its own", async () => {
    mkdirSync(join(place.folder, "home", "app"), { recursive: true });
    chmodSync(join(place.folder, "home"), 0o777);
    symlinkSync(join(place.folder, "home"), join(place.folder, "link"));
    const file = { path: join(place.folder, "link", "app", ".env"), owner: me.user, group: me.group, mode: "600" };
    const runtime = { kind: "systemd", file, instances: [] } as const;
    const target: TargetAddress = { id: "backend@here", service: "backend", runtime };
    place.allow([target]);
    expect(await deliver(target, "r1", "1")).toMatchObject([{ reason: "refused" }]);
    expect(readdirSync(join(place.folder, "home", "app"))).toEqual([]);
  });

  test("stops nobody by making its file endless", async () => {
    const target = systemdTarget(place);
    place.allow([target]);
    await deliver(target, "r1", "1");
    const file = join(place.folder, "opt", ".env");
    truncateSync(file, 2 ** 42);
    expect((await place.host.observe([target]))[0]).toMatchObject({ file: { content: "edited" } });
    expect(await deliver(target, "r2", "2")).toMatchObject([{ kind: "done" }, { kind: "done" }]);
    expect(readFileSync(file, "utf8")).toBe("A=2\n");
    expect(await place.host.perform(controller, [{ kind: "return", target }])).toMatchObject([
      { reason: "no-previous" },
    ]);
  });

  test("gets no folder of root's at the bootstrap by a link in its own", () => {
    const home = join(place.folder, "home");
    mkdirSync(join(home, "app"), { recursive: true });
    mkdirSync(join(place.folder, "roots"), { mode: 0o700 });
    // the moment between the look and the change: here it is the first stat
    const swap = `stat() { if [ -d ${home}/app ] && [ ! -L ${home}/app ]; then mv ${home}/app ${home}/old; ln -s ${place.folder}/roots ${home}/app; fi; command stat "$@"; }`;
    const functions = bootstrapFunctions().replace(/^.*this needs root.*$/m, "");
    const script = `${functions}\n${swap}\nbegin 0\nfolder ${home}/app ${me.user} ${me.group} 755\nend\n`;
    execFileSync("sh", ["-s"], { input: script, stdio: ["pipe", "pipe", "pipe"] });
    expect(lstatSync(join(home, "app")).isSymbolicLink()).toBe(true);
    expect(statSync(join(place.folder, "roots")).mode & 0o777).toBe(0o700);
  });
});

test("a file that was edited by hand comes back as it was found, and no record claims it", async () => {
  const target = systemdTarget(place);
  place.allow([target]);
  writeUnit(place, "w.service", "sleep 60");
  const restart = { kind: "restart", target, instance: "", action: "restart" } as const;
  await deliver(target, "r1", "1");
  const file = join(place.folder, "opt", ".env");
  writeFileSync(file, "A=by-hand\n");
  await place.host.perform(controller, [restart]);
  await deliver(target, "r2", "2");
  const [seen] = await place.host.observe([target]);
  expect(seen).toMatchObject({ record: { release: "r2" }, file: { content: "recorded" } });
  expect(seen).not.toHaveProperty("previous");
  expect(seen?.instances[0]?.carries).toEqual({ kind: "different", names: ["A"] });
  const back = await place.host.perform(controller, [
    { kind: "return", target },
    restart,
    { kind: "verify", target, instance: "", checks: [], deadline: 5000 },
  ]);
  expect(back.map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
  expect(readFileSync(file, "utf8")).toBe("A=by-hand\n");
  const [after] = await place.host.observe([target]);
  expect(after).toMatchObject({ file: { content: "unrecorded" }, instances: [{ carries: { kind: "unknown" } }] });
  expect(after).not.toHaveProperty("record");
});

test("a process that still runs with the recorded file before is told as such", async () => {
  const target = systemdTarget(place);
  place.allow([target]);
  writeUnit(place, "w.service", "sleep 60");
  await deliver(target, "r1", "1");
  await place.host.perform(controller, [{ kind: "restart", target, instance: "", action: "restart" }]);
  await deliver(target, "r2", "2");
  const [seen] = await place.host.observe([target]);
  expect(seen).toMatchObject({ previous: { release: "r1" }, instances: [{ carries: { kind: "previous" } }] });
});

function siteTarget(): TargetAddress {
  const runtime = { kind: "site", path: join(place.folder, "opt", "site"), owner: me.user, group: me.group } as const;
  return { id: "site@here", service: "site", runtime };
}

function deliver(target: TargetAddress, release: string, value: string) {
  const record = recordOf(release, { A: value });
  return place.host.perform(controller, [
    { kind: "stage", target, file: fileOf({ A: value }), record },
    { kind: "swap", target },
  ]);
}

/** What the bundle folder holds, sent as anyone with the key could. */
function publish(names: readonly string[], options: readonly string[] = []): Promise<string> {
  const archive = execFileSync("tar", ["-c", ...options, "-C", join(place.folder, "bundle"), ...names]);
  const sum = createHash("sha256").update(archive).digest("hex");
  const id = `b${sum.slice(0, 8)}`;
  const head = `publish site@here ${id} ${archive.byteLength} ${sum} r1 ${sum.slice(0, 8)} ab ${zero} 0\n`;
  return say(Buffer.concat([Buffer.from(fence + head), archive]));
}

/** Bytes on the helper's stdin, whatever they are; what it says. */
function say(input: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(place.shell, [place.path], { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString("latin1")));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("close", () => resolve(said));
  });
}
