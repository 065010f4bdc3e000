import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject, describe, expect, onTestFinished, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { socketPath } from "../server/serve-two.ts";
import { makeFolder } from "./folder.ts";
import { keyturnAt, keyturnIn } from "./keyturn.ts";

describe("keyturn serve", () => {
  test("starts with nothing but a folder, prints a link, answers, and ends well at SIGTERM", async () => {
    const { path } = await makeFolder({});
    const server = await started(path, "--json");
    const { url, link } = JSON.parse(server.out) as { readonly url: string; readonly link: string };
    expect(link.startsWith(`${url}/#setup=`)).toBe(true);
    const answer = await fetch(`${url}/v1/me`);
    expect(answer.status).toBe(401);
    expect(await server.stop("SIGTERM")).toBe(0);
    expect(server.err()).toBe("");
    const { code, out } = await keyturnAt(path)("audit verify");
    expect({ code, out: out.split(":")[0] }).toEqual({ code: 0, out: "sound" });
  });

  test("each start prints a new link until there is an account, and Ctrl-C ends it too", async () => {
    const { keyturn, folder } = await keyturnIn(shop);
    const first = await started(folder);
    expect(await first.stop("SIGINT")).toBe(0);
    const second = await started(folder);
    await second.stop("SIGINT");
    const secrets = [first.out, second.out].map((text) => /#setup=([\w-]{43})$/m.exec(text)?.[1]);
    expect(new Set(secrets).size).toBe(2);
    await keyturn("account add anna --role *:admin");
    const third = await started(folder);
    await third.stop("SIGTERM");
    expect(third.out).toMatch(/^keyturn serves http:\/\/127\.0\.0\.1:\d+; Ctrl-C stops it\n$/);
  }, 120_000);

  test("says what to do where the port is taken, and refuses to listen beyond loopback", async () => {
    const { keyturn, folder } = await keyturnIn(shop);
    const server = await started(folder, "--json");
    const { port } = new URL((JSON.parse(server.out) as { readonly url: string }).url);
    const taken = await keyturn(`serve --listen 127.0.0.1:${port}`);
    expect(taken).toMatchObject({ code: 75, err: expect.stringContaining("choose another port with --listen") });
    await server.stop("SIGTERM");
    for (const address of ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"]) {
      const { code, err } = await keyturn(`serve --listen ${address}`);
      expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining("--behind-proxy") });
    }
    for (const wrong of ["7333", "localhost", "example.com:80", "127.0.0.1:70000"]) {
      expect((await keyturn(`serve --listen ${wrong}`)).code, wrong).toBe(64);
    }
    for (const wrong of ["http://a.example", "https://a.example/x", "https://u:p@a.example", "a.example"]) {
      expect((await keyturn(`serve --listen 127.0.0.1:0 --behind-proxy ${wrong}`)).code, wrong).toBe(64);
    }
  }, 120_000);
});

describe("keyturn serve in two parts", () => {
  test("the worker prints the link, at the web part's address; each says where it listens", async () => {
    const { path } = await makeFolder({});
    const socket = await socketPath();
    const web = await started(path, "--web", "--socket", socket, "--json");
    const { url } = JSON.parse(web.out) as { readonly url: string };
    const { host } = new URL(url);
    const worker = await started(path, "--worker", "--socket", socket, "--listen", host);
    expect(worker.out.split("\n")).toMatchObject([
      `the worker is behind ${url}, listening on ${socket}; Ctrl-C stops it`,
      expect.stringMatching(`^first admin: ${url}/#setup=[\\w-]{43}$`),
      expect.stringMatching(/^opens once, until /),
      "",
    ]);
    expect((await fetch(`${url}/v1/me`)).status).toBe(401);
    expect(await worker.stop("SIGTERM")).toBe(0);
    expect((await fetch(`${url}/v1/me`)).status).toBe(503);
    expect(await web.stop("SIGINT")).toBe(0);
    expect(web.out).not.toContain("setup");
    expect(web.err()).toMatch(/^\{"at":"[^"]+","worker":"away","why":"ENOENT"\}\n$/);
  }, 120_000);

  test("the web part loads no code for store, keys and hosts", async () => {
    const { path } = await makeFolder({});
    const env = { NODE_V8_COVERAGE: join(path, "loaded") };
    const web = await startedWith(env, path, "--web", "--socket", await socketPath(), "--json");
    const { url } = JSON.parse(web.out) as { readonly url: string };
    expect((await fetch(`${url}/v1/me`)).status).toBe(503);
    await web.stop("SIGTERM");
    const loaded = await loadedFiles(env.NODE_V8_COVERAGE);
    const texts = await Promise.all(loaded.map((file) => readFile(file, "utf8")));
    const modules = new Set(texts.flatMap((text) => text.match(/node:[a-z_/]+/g) ?? []));
    expect([...modules]).toContain("node:http");
    const none = ["node:sqlite", "node:crypto", "node:child_process", "node:tls", "node:dns", "node:worker_threads"];
    expect([...modules].filter((module) => none.includes(module))).toEqual([]);
    expect(texts.join("").length).toBeLessThan(400_000);
  }, 60_000);

  test("each part says what it needs, and what is none of its business", async () => {
    const { keyturn } = await makeFolder({});
    const serve = (words: string) => keyturn("serve", ...words.split(" "));
    for (const [words, said] of [
      ["--web", "the web part needs the socket"],
      ["--worker", "the worker needs the socket"],
      ["--web --worker --socket s", "--web and --worker are two processes"],
      ["--worker --socket s --stdio", "--stdio is for one client"],
      ["--socket s", "--socket goes with --web or --worker"],
      ["--web --socket s --home . --key-file k --private", "no use for --home, --key-file, --private"],
      ["--web --socket s --probe-every 1h", "no use for --probe-every"],
      ["--web --socket s --listen 0.0.0.0:0", "beyond loopback there is no server without TLS"],
      ["--worker --socket s --listen 127.0.0.1:0", "has to know the port"],
    ] as const) {
      expect(await serve(words), words).toMatchObject({ code: 64, err: expect.stringContaining(said) });
    }
  }, 120_000);
});

describe("keyturn account and token", () => {
  test("do on the home folder what an admin does in a browser", async () => {
    const { keyturn } = await keyturnIn(shop);
    const added = await keyturn("account add anna --role *:admin --url https://keyturn.example.com");
    expect(added.out).toMatch(/^https:\/\/keyturn\.example\.com\/#setup=[\w-]{43}\nopens once, until 20/);
    expect(await keyturn("account add anna --role local:viewer")).toMatchObject({ code: 73 });
    expect(await keyturn("account add bob")).toMatchObject({ code: 64 });
    expect(await keyturn("account add Bob --role local:viewer")).toMatchObject({ code: 64 });
    await keyturn("account add bob --role local:viewer --role production:operator");
    expect(await keyturn("account role bob --role local:admin")).toMatchObject({
      code: 0,
      out: "bob has local:admin\n",
    });
    expect((await keyturn("account link bob")).out).toMatch(/#setup=/);
    expect(await keyturn("account disable bob")).toMatchObject({ code: 0 });
    expect(await keyturn("account link bob")).toMatchObject({ code: 69 });
    expect((await keyturn("account list")).out.replaceAll(/ +/g, " ")).toMatch(
      /^NAME ROLES STATE AGE BY\nanna \*:admin link not used now \S+\nbob local:admin disabled now \S+\n$/,
    );
  }, 120_000);

  test("a token goes into a pipe only when that is meant, and never to be seen again", async () => {
    const { keyturn } = await keyturnIn(shop);
    expect(await keyturn("token create ci --role local:viewer")).toMatchObject({ code: 64, out: "" });
    const { out } = await keyturn("token create ci --role local:viewer --days 7 --yes");
    expect(out).toMatch(/^keyturn_[\w-]{40}[0-9a-f]{8}\n$/);
    expect(await keyturn("token create ci --role local:viewer --yes")).toMatchObject({ code: 73 });
    expect(await keyturn("token create more --role local:viewer --days 366 --yes")).toMatchObject({ code: 64 });
    const list = await keyturn("token list --json");
    expect(JSON.parse(list.out)).toMatchObject({ tokens: [{ name: "ci", state: "live" }] });
    expect(list.out).not.toContain(out.trim().slice(8, 40));
    expect(await keyturn("token revoke ci")).toMatchObject({ code: 0 });
    expect(await keyturn("token revoke ci")).toMatchObject({ code: 69 });
    expect((await keyturn("audit")).out).toMatch(/token\.create +– +ci .*\n.*token\.revoke +– +ci/);
  }, 120_000);
});

interface Started {
  readonly out: string;
  readonly err: () => string;
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** The real command, once it has said where it listens. */
function started(folder: string, ...words: readonly string[]): Promise<Started> {
  return startedWith({}, folder, ...words);
}

async function startedWith(
  variables: Readonly<Record<string, string>>,
  folder: string,
  ...words: readonly string[]
): Promise<Started> {
  const all = [inject("command"), "serve", "--listen", "127.0.0.1:0", ...words];
  const env = { PATH: process.env["PATH"] ?? "", ...variables };
  const child = spawn(process.execPath, all, { cwd: folder, env, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  let err = "";
  child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
  const [bytes] = (await Promise.race([once(child.stdout, "data"), once(child, "close")])) as [unknown];
  return {
    out: String(bytes),
    err: () => err,
    stop: async (signal) => {
      const closed = once(child, "close") as Promise<[number | null]>;
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

/** Of what Node has noted about a process, which files it has run. */
async function loadedFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  const reports = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const parsed = reports.map((text) => JSON.parse(text) as { readonly result: readonly { readonly url: string }[] });
  const urls = parsed.flatMap(({ result }) => result.map(({ url }) => url));
  return urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
}
