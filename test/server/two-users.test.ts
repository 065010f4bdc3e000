import { once } from "node:events";
import { readFile, readdir, readlink, stat } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { giveGrants } from "#operation";
import { put } from "../operation/make-context.ts";
import { answerOf, livePlatform } from "../operation/live-platform.ts";
import { told, userPlatform } from "../operation/user-runtimes.ts";
import { readEvents } from "./event-stream.ts";
import { askAt, passphrase, type Ask } from "./fixture.ts";
import { foundIn } from "./process-memory.ts";
import { giveTo, openPrograms, runAs, startAs, userNamed, type Programs, type UserProcess } from "./user-process.ts";

/** Web part and worker share the web part's group; the third is nobody's. */
const web = userNamed("www-data");
const worker = { uid: userNamed("backup").uid, gid: web.gid };
const stranger = userNamed("nobody");

const internalToken = "an-internal-token-0123456789";
const rootSecret = "a root secret that is long enough";
const providerKey = "sk-proj-good-0123456789abcdefghij";
const environment = "/v1/environments/local";

interface Two {
  readonly url: string;
  readonly socket: string;
  readonly programs: Programs;
  readonly webPart: UserProcess;
  readonly startWorker: () => Promise<UserProcess>;
}

/** A platform with a runtime for each user. */
async function withRuntimes(): Promise<{ readonly folder: string; readonly port: number }> {
  const { context, folder, port } = await userPlatform();
  await giveGrants(context, [{ service: "api", name: "PROVISIONER_INTERNAL_TOKEN", kind: "hold" }]);
  await put(context, "PROVISIONER_INTERNAL_TOKEN", internalToken);
  return { folder, port };
}

/** A platform that is the worker's alone from here on, and the web part, which waits for the worker. */
async function startTwo(folder: string): Promise<Two> {
  const programs = await openPrograms(worker);
  await giveTo(worker, folder);
  const listen = `127.0.0.1:${await freePort()}`;
  const socket = join(programs.run, "worker.sock");
  const shared = ["--socket", socket, "--listen", listen, "--access-log"];
  const webPart = await startAs(web, programs, { words: ["serve", "--web", ...shared], cwd: "/" });
  const words = ["serve", "--worker", ...shared, "--private"];
  const startWorker = () => startAs(worker, programs, { words, cwd: folder });
  return { url: `http://${listen}`, socket, programs, webPart, startWorker };
}

describe.skipIf(process.getuid?.() !== 0)("two processes of two users", () => {
  test("the web part's user gets at no key, store or manifest, and has none of them in memory", async () => {
    const { folder } = await withRuntimes();
    const { url, socket, programs, webPart, startWorker } = await startTwo(folder);
    const process = await startWorker();
    const home = join(folder, ".keyturn");
    const files = ["plain.key", "keyturn.db"].map((name) => join(home, name));
    for (const file of files) expect((await stat(file)).size).toBeGreaterThan(0);
    const paths = JSON.stringify([
      folder,
      home,
      join(folder, "keyturn.yaml"),
      `/proc/${process.pid}/environ`,
      ...files,
    ]);
    const tried = `for (const path of ${paths}) try { require("fs").openSync(path); console.log("opened") } catch ({ code }) { console.log(code) }`;
    for (const owner of [web, stranger]) {
      expect((await runAs(owner, programs, tried)).trim().split("\n")).toEqual(Array(6).fill("EACCES"));
    }

    // one request went through, so that whatever the web part loads is loaded
    expect((await askAt(url, "/v1/me", {})).status).toBe(401);
    const keyText = (await readFile(files[0] ?? "", "latin1")).trim().split(/[\s:]/).at(-1) ?? "";
    const wanted = { key: Buffer.from(keyText, "base64"), text: Buffer.from(keyText), link: linkOf(process) };
    expect(wanted.key.length).toBe(32);
    expect(await foundIn(process.pid, { key: wanted.key })).toEqual(["key"]);
    const marker = { own: Buffer.from(socket) };
    expect(await foundIn(webPart.pid, { ...wanted, ...marker })).toEqual(["own"]);
    expect(await readFile(`/proc/${webPart.pid}/environ`, "utf8")).toMatch(/^PATH=[^\0]*\0?$/);
    expect((await openFiles(webPart.pid)).filter((path) => path.startsWith(folder))).toEqual([]);
  }, 180_000);

  test("nobody but the group connects, and who connects is still nobody", async () => {
    const { folder } = await withRuntimes();
    const { socket, programs, startWorker, webPart } = await startTwo(folder);
    const process = await startWorker();
    expect((await stat(socket)).mode & 0o777).toBe(0o660);
    expect([(await stat(socket)).uid, (await stat(socket)).gid]).toEqual([worker.uid, web.gid]);
    const asked = (headers: object) => `
      const request = require("http").request({ socketPath: ${JSON.stringify(socket)}, path: "/v1/accounts", headers: ${JSON.stringify(headers)} });
      request.on("error", ({ code }) => console.log(code)).on("response", ({ statusCode }) => console.log(statusCode)).end();`;
    const host = new URL(/http\S+(?=[;,])/.exec(webPart.out())?.[0] ?? "").host;
    const forged = { host, "x-forwarded-for": "127.0.0.1", "x-actor": "anna", cookie: "keyturn-7333=x" };
    expect((await runAs(stranger, programs, asked(forged))).trim()).toBe("EACCES");
    expect((await runAs(web, programs, asked(forged))).trim()).toBe("401");
    expect(process.out()).toMatch(/first admin: http\S+#setup=/);
    expect(webPart.out()).not.toContain("#setup=");
  }, 180_000);

  test("log-in, settings, a rollout with its events, a stored value and runtimes work through both", async () => {
    const { folder, port } = await withRuntimes();
    const { url, startWorker, webPart } = await startTwo(folder);
    const process = await startWorker();
    const admin = await enterAt(url, process);
    const internal = "/v1/internal/runtimes";
    const made = await askAt(url, internal, { method: "POST", token: internalToken, json: { user: "alice" } });
    expect(made.status, made.text).toBe(201);

    const base = await provider();
    const json = { expected: 0, fields: { key: providerKey, base } };
    const saved = await admin(`${environment}/settings/openai`, { method: "PUT", json });
    expect(saved.status, saved.text).toBe(202);
    const { rollout } = saved.body as { readonly rollout: string };
    const token = await watcher(admin);
    const events = await readEvents(`${url}${environment}/rollouts/${rollout}/events`, { token });
    expect(events.ended).toBe(true);
    expect(events.events.at(-1)?.data).toMatchObject({ kind: "end", outcome: "done" });
    expect((await told(port))["llm"]).toBe(providerKey);

    const reached = await fetch(`${url}${internal}/alice/any?x=1`, {
      headers: { authorization: `Bearer ${internalToken}` },
    });
    expect(await reached.json()).toMatchObject({ user: "alice", llm: providerKey });
    const shown = await admin(`${environment}/secrets/JWT_SECRET/reveal`, {
      method: "POST",
      json: { password: passphrase },
    });
    expect(shown.body).toMatchObject({ value: rootSecret });

    // who claims to be elsewhere is where the socket says, in both logs
    await admin("/v1/me", { headers: { "x-forwarded-for": "203.0.113.9" } });
    for (const log of [webPart.err(), process.err()]) {
      const lines = log
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { readonly address?: string });
      expect(new Set(lines.flatMap(({ address }) => address ?? []))).toEqual(new Set(["127.0.0.1"]));
      expect(log).not.toMatch(/203\.0\.113|an-internal|sk-proj|root secret/);
    }
    expect([await process.end("SIGTERM"), await webPart.end("SIGTERM")]).toEqual([0, 0]);
  }, 240_000);

  test("a worker that is killed amid a rollout is missed quietly, and what it left is gone on with by the next", async () => {
    const { folder, port } = await livePlatform({ local: "    soak: 4s\n" });
    const { url, startWorker } = await startTwo(folder);
    const first = await startWorker();
    const admin = await enterAt(url, first);
    const rollouts = `${environment}/rollouts`;
    const begun = await admin(rollouts, { method: "POST", json: { part: [] } });
    expect(begun.status, begun.text).toBe(202);
    await first.end("SIGKILL");
    const away = await admin("/v1/me");
    expect(away).toMatchObject({ status: 503, body: { error: { code: "WORKER_UNREACHABLE" } } });
    expect(away.headers.get("retry-after")).toBe("2");
    expect((await askAt(url, "/", {})).status).toBe(200);

    const second = await startWorker();
    expect(second.out()).not.toContain("#setup=");
    expect((await admin("/v1/me")).body).toMatchObject({ name: "anna" });
    const { rollout } = begun.body as { readonly rollout: string };
    expect((await admin(`${rollouts}/${rollout}`)).body).toMatchObject({ state: "stopped" });
    const gone = await admin(`${rollouts}/${rollout}/continue`, { method: "POST" });
    expect(gone.status, gone.text).toBe(202);
    const token = await watcher(admin);
    const events = await readEvents(`${url}${rollouts}/${rollout}/events`, { token });
    expect(events.events.at(-1)?.data).toMatchObject({ kind: "end", outcome: "done" });
    expect(await answerOf(port)).toBe("200 api-key-one");
  }, 180_000);
});

function linkOf({ out }: UserProcess): Buffer {
  return Buffer.from(/#setup=([\w-]{43})/.exec(out())?.[1] ?? "there is no link");
}

/** As the first admin, by the link that the worker printed. */
async function enterAt(url: string, process: UserProcess) {
  const json = { secret: linkOf(process).toString(), name: "anna", password: passphrase };
  expect(await askAt(url, "/v1/setup", { method: "POST", json })).toMatchObject({ status: 204 });
  const login = await askAt(url, "/v1/login", { method: "POST", json: { name: "anna", password: passphrase } });
  expect(login.status, login.text).toBe(200);
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { formToken } = login.body as { readonly formToken: string };
  return (path: string, ask: Ask = {}) =>
    askAt(url, path, { ...ask, headers: { cookie, "x-form-token": formToken, ...ask.headers } });
}

async function watcher(admin: Awaited<ReturnType<typeof enterAt>>): Promise<string> {
  const json = { name: "watch", roles: ["local:viewer"], days: 1 };
  const { body } = await admin("/v1/tokens", { method: "POST", json });
  return (body as { readonly secret: string }).secret;
}

async function openFiles(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  return Promise.all((await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => "gone")));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Takes one key, at an address in a private network. */
async function provider(): Promise<string> {
  const server = createHttpServer(({ headers }, response) => {
    const right = headers.authorization === `Bearer ${providerKey}`;
    response.statusCode = right ? 200 : 401;
    response.end(JSON.stringify(right ? { data: [] } : { error: { code: "invalid_api_key" } }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
