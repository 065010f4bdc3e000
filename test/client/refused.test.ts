import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createPlain, type RequestListener } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeProject, shop } from "../operation/make-context.ts";
import { keyturnAt, type Keyturn } from "../cli/keyturn.ts";
import { makeCertificate } from "./certificate.ts";
import { openPlaces, provide } from "./places.ts";
import { startSshd } from "./sshd.ts";

const token = `keyturn_${"aB3-".repeat(10)}0a1b2c3d`;

async function folderWith(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-client-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
  return folder;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function asking(folder: string, variables: Readonly<Record<string, string>>): (words: string) => ReturnType<Keyturn> {
  return (words) => keyturnAt(folder)(words, { variables: { KEYTURN_TOKEN: token, ...variables } });
}

test("an address that is none, has no TLS, or holds a password goes nowhere, and is not repeated", async () => {
  const folder = await folderWith();
  const wrong = {
    "http://keyturn.example.com": /has no TLS/,
    "https://anna:hunter2-hunter2@keyturn.example.com": /no address of a server/,
    "https://keyturn.example.com/v1": /no address of a server/,
    "ftp://keyturn.example.com": /no address of a server/,
    "ssh://-oProxyCommand=touch": /no address of a server/,
    "ssh://ops1/srv/$(id)": /no address of a server/,
    ops1: /no address of a server/,
  };
  for (const [url, message] of Object.entries(wrong)) {
    const { code, out, err } = await asking(folder, { KEYTURN_URL: url })("list");
    expect({ url, code, out, err }).toEqual({ url, code: 64, out: "", err: expect.stringMatching(message) });
    expect(err).not.toContain("hunter2");
  }
}, 60_000);

test("a token comes from a private file, the environment or a credential, and is never told", async () => {
  const folder = await folderWith({ token: `${token}\n`, open: token, "keyturn-token": token });
  await chmod(join(folder, "open"), 0o644);
  const seen: (string | undefined)[] = [];
  const port = await listen(
    createPlain((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200).end();
    }),
  );
  const url = { KEYTURN_URL: `http://127.0.0.1:${port}`, KEYTURN_TOKEN: "" };
  const call = (variables: Readonly<Record<string, string>>) => asking(folder, { ...url, ...variables })("list");
  expect(await call({})).toMatchObject({ code: 77, err: expect.stringContaining("KEYTURN_TOKEN_FILE") });
  expect(await call({ KEYTURN_TOKEN_FILE: join(folder, "open") })).toMatchObject({
    code: 66,
    err: expect.stringContaining("is open to other users"),
  });
  expect(await call({ KEYTURN_TOKEN: "two\nlines" })).toMatchObject({ code: 77 });
  expect(seen).toEqual([]);
  const fine = [
    await call({ KEYTURN_TOKEN_FILE: join(folder, "token") }),
    await call({ KEYTURN_TOKEN: token }),
    await call({ CREDENTIALS_DIRECTORY: folder }),
  ];
  expect(seen).toEqual(fine.map(() => `Bearer ${token}`));
  // it is no Keyturn that answers
  expect(fine.map(({ code }) => code)).toEqual([76, 76, 76]);
  expect(JSON.stringify(fine)).not.toContain("aB3-aB3-");
}, 60_000);

test("the token follows no redirect, and stays with a server of this version", async () => {
  const folder = await folderWith();
  const other = createPlain((_, response) => response.end());
  const otherPort = await listen(other);
  let reached = 0;
  other.on("request", () => (reached += 1));
  const answers: Readonly<Record<string, RequestListener>> = {
    "sends on to another address": (_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${otherPort}/v1/environments` }).end(),
    "has Keyturn 9.4.0, and this is": (_, response) =>
      response.writeHead(200, { "keyturn-version": "9.4.0" }).end("{}"),
    "is no Keyturn server": (_, response) => response.end('{"environments":[]}'),
    "a proxy answers 502": (_, response) => response.writeHead(502).end("<html>"),
    "can't be reached: the connection was lost": (request) => request.socket.destroy(),
  };
  for (const [message, listener] of Object.entries(answers)) {
    const url = `http://127.0.0.1:${await listen(createPlain(listener))}`;
    const { code, out, err } = await asking(folder, { KEYTURN_URL: url })("list");
    expect({ code, out, err }).toEqual({ code: expect.any(Number), out: "", err: expect.stringContaining(message) });
    expect([69, 76]).toContain(code);
  }
  expect(reached).toBe(0);
}, 60_000);

test("a certificate is verified; one of a private authority that was named is good", async () => {
  const folder = await folderWith();
  const { key, cert, file } = await makeCertificate(folder);
  const port = await listen(
    createSecure({ key, cert }, (_, response) => response.writeHead(200, { "keyturn-version": "9.4.0" }).end("{}")),
  );
  const url = { KEYTURN_URL: `https://127.0.0.1:${port}` };
  const foreign = await asking(folder, url)("list --json");
  expect({ code: foreign.code, ...JSON.parse(foreign.out) }).toMatchObject({
    code: 76,
    error: { code: "SERVER_CERTIFICATE", message: expect.stringContaining("not trusted here") },
  });
  const trusted = await asking(folder, { ...url, KEYTURN_CA_FILE: file })("list");
  expect(trusted.err).toContain("has Keyturn 9.4.0");
  const renamed = { KEYTURN_URL: `https://localhost:${port}`, KEYTURN_CA_FILE: file };
  expect((await asking(folder, renamed)("list")).err).toContain("is for another name");
}, 60_000);

test("what the server refuses ends as it does there: no role, no such token", async () => {
  const { folder } = await makeProject(shop);
  const { overHttp, away, http, here } = await openPlaces(folder, "elsewhere:viewer");
  expect(await overHttp("list")).toMatchObject({ code: 69, err: expect.stringContaining("shows no environment") });
  expect(await overHttp("plan --env local")).toMatchObject({
    code: 77,
    err: expect.stringContaining("takes the role viewer in the environment local"),
  });
  const both = await away({ ...http, KEYTURN_HOME: folder })("list");
  expect(both).toMatchObject({ code: 64, err: expect.stringContaining("name two homes") });
  const own = await away({ ...http })(`list --home ${folder}/.keyturn --manifest ${folder}/keyturn.yaml`);
  expect(own).toMatchObject({ code: 0, err: "" });
  await here("token revoke client");
  expect(await overHttp("list --env local")).toMatchObject({
    code: 77,
    err: expect.stringContaining("does not take this token"),
  });
}, 120_000);

test("what only the home's own folder does says so; what reads files of this folder does not ask", async () => {
  const folder = await folderWith();
  const call = asking(folder, { KEYTURN_URL: "ssh://ops1" });
  for (const words of ["backup file", "hosts", "serve --listen 127.0.0.1:0", "serve --stdio", "rekey"]) {
    const { code, out } = await call(`${words} --json`);
    const verb = words.split(" ")[0] ?? "";
    expect({ code, ...JSON.parse(out) }).toMatchObject({
      code: 69,
      error: {
        code: "NEEDS_HOME",
        message: `${verb} works where the home is, and KEYTURN_URL says that it is at ssh://ops1`,
      },
    });
  }
  expect(await call("schema")).toMatchObject({ code: 0, err: "" });
  expect(await call("__complete list --ser")).toMatchObject({ code: 0, out: expect.stringContaining("--service") });
}, 60_000);

test("over ssh it is told what is missing there: the command, its version, a key, the machine", async () => {
  const { folder } = await makeProject(shop);
  const sshd = await startSshd();
  const away = await folderWith();
  const to = (url: string) => asking(away, { KEYTURN_URL: url, KEYTURN_SSH_CONFIG: sshd.config });
  const call = to(`ssh://ops1${folder}`);
  expect(await call("list")).toMatchObject({ code: 76, err: expect.stringContaining("there is no command keyturn") });
  const put = async (script: string) => {
    await writeFile(join(sshd.programs, "keyturn"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };
  await put('echo "keyturn: error: unknown option" >&2; exit 64');
  expect(await call("list")).toMatchObject({ code: 76, err: expect.stringContaining("install the same version") });
  await put('echo "keyturn 9.4.0 serves"; cat >/dev/null');
  expect(await call("list")).toMatchObject({ code: 76, err: expect.stringContaining("has Keyturn 9.4.0") });
  await put("yes welcome");
  expect(await call("list")).toMatchObject({ code: 76, err: expect.stringContaining("no Keyturn answers") });
  await provide(sshd);
  expect(await call("list")).toMatchObject({ code: 0 });
  expect(await to(`ssh://ops1${folder}/api`)("list")).toMatchObject({ code: 66 });
  expect(await to(`ssh://127.0.0.1:${sshd.port}`)("list")).toMatchObject({ code: 76 });
  await sshd.stop();
  expect(await call("list")).toMatchObject({ code: 69, err: expect.stringContaining("can't be reached") });
}, 120_000);
