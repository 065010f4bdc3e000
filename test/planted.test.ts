import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stopProcesses } from "#host";
import { keyturnFor, type Keyturn, type Outcome } from "./planted/command.ts";
import { brokenContract, brokenManifests } from "./planted/broken.ts";
import { plant, write, type Planting } from "./planted/platform.ts";
import { below, searchFor, type Search } from "./planted/search.ts";
import { makeValues, pem, word, type Values } from "./planted/values.ts";

/*
 * The whole life of a platform through the real command, with values that are looked for afterwards: in everything that
 * was printed, in every file that is left, in the arguments of every process of this machine, and in the environment of
 * every process that is neither the command nor a service.
 */
let planting: Planting;
let keyturn: Keyturn;
let sampler: ChildProcess;
const values: Values = makeValues();
/** sent where they do not belong: refused values, and values pasted in the wrong place */
const astray = new Map<string, Buffer>();
/** what `render` and `reveal` give on purpose is kept apart */
const said: Outcome[] = [];
const delivered: Outcome[] = [];

beforeAll(async () => {
  planting = plant();
  keyturn = keyturnFor(planting, said);
  const words = [join(import.meta.dirname, "planted/sampler.ts"), join(planting.root, "samples")];
  sampler = spawn(process.execPath, [...words, "bin/keyturn.js", "main.js", "child.js", "sleep"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (sampler.stdout !== null) await once(sampler.stdout, "data");
  await live();
}, 300_000);

afterAll(async () => {
  sampler.kill();
  await stopProcesses(join(planting.home, "run/local"), { limit: 500 });
  const unit = join(planting.root, "host/unit.json");
  if (existsSync(unit)) process.kill((JSON.parse(readFileSync(unit, "utf8")) as { pid: number }).pid, "SIGKILL");
  rmSync(planting.root, { recursive: true, force: true });
});

describe("a value that is planted", () => {
  test("was really in use: delivered, proved and given out where someone asked for it", () => {
    const codes = said.map(({ words, code }) => `${words} ${code}`);
    for (const verb of mustSucceed) expect(codes, told()).toContain(`${verb} 0`);
    expect(codes, told()).toContain("findings 2");
    expect(codes.filter((one) => one === "apply --yes 0").length, told()).toBeGreaterThan(3);
    const read = (path: string) => readFileSync(join(planting.root, path), "latin1");
    expect(read("home/run/local/api/.env")).toContain(values.changedToken);
    expect(read("host/opt/.env")).toContain(values.bound);
    expect(read("rendered.json")).toContain(values.password);
    expect(delivered.map(({ output }) => output).join("")).toContain(values.changedToken);
    expect(below(planting.calls).join(" ")).toMatch(/dump-build.* dump-prepare.* ssh.* systemctl/);
  });

  test("is not printed, in any form", () => {
    const search = searchFor(everything());
    expect(said.flatMap(({ words, output }) => search.inBytes(words, Buffer.from(output, "latin1")))).toEqual([]);
  });

  test("is in no file but the ones that are for it, and those are for their owner alone", () => {
    const search = searchFor(everything());
    expect(search.inFolder(planting.root, (path) => [...places, ...own].some((place) => place.test(path)))).toEqual([]);
    const open = holders(search).filter((path) => isOpen(path) && !own.some((place) => place.test(path)));
    expect(open).toEqual([]);
    expect(below(planting.temporary).filter((path) => !path.startsWith("keyturn-cache-"))).toEqual([]);
  });

  test("is in the arguments of no process, and in no environment but the command's and the services'", async () => {
    sampler.stdin?.end();
    await once(sampler, "exit");
    const [rounds, ...samples] = readFileSync(join(planting.root, "samples"), "latin1").split("\0\0");
    expect(Number(rounds)).toBeGreaterThan(100);
    expect(samples.filter((sample) => sample.includes("bin/keyturn.js")).length).toBeGreaterThan(30);
    const search = searchFor(planted());
    expect(samples.flatMap((sample) => search.inBytes(sample.slice(0, 60), Buffer.from(sample, "latin1")))).toEqual([]);
  });
});

const mustSucceed =
  "GET server, serve --listen, init, set API_TOKEN, set TLS_KEY, generate --missing, probe grafana, import -, plan --json, apply --yes, check --code, audit verify, run api, render api, rollback --yes, recovery drill, rekey, rekey --json".split(
    ", ",
  );

/** files whose purpose is to hold values or keys; the sealed database and a backup are not among them */
const places = [
  /^home\/run\/local\/(?:api|web)\/(?:\.env|previous\.env|staged\.env)$/,
  /^host\/opt\/\.env$/,
  /^host\/state\/gate@far\/previous$/,
  /^(?:rendered\.json|identity|ejected\/.*)$/,
  /^(?:home|second|third)\/plain\.key(?:\.old-\w+)?$/,
];

/** made by this test, with values in the wrong place */
const own = [
  /^(?:import\.env|(?:wrong|no)\.key|file|project\/broken.*|third\/keyturn\.db)$/,
  /^home\/run\/local\/api\/(?:record|controller|instance)\.json$/,
];

async function live(): Promise<void> {
  await enter();
  await prove();
  await keyturn("apply --yes");
  await Promise.all([look(), refuse(), paste(), serve()]);
  await give();
  await Promise.all([interrupt(), breakManifests()]);
  await far();
  await keep();
  await breakThings();
}

async function enter(): Promise<void> {
  const file = join(planting.root, "import.env");
  const lines = [
    `API_TOKEN=${values.token}`,
    `PIN='${values.pin}'`,
    `NOBODY_ASKED=${stray("a name nobody asked for")}`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  await keyturn("init");
  await keyturn("grant --missing --yes");
  await keyturn("set API_TOKEN", { input: values.token });
  await keyturn("set MONGO_URI --json", { input: values.uri });
  await keyturn("generate --missing");
  // PIN is refused there
  await keyturn(["import", file]);
  await keyturn("set PIN --as-is", { input: values.pin });
  await keyturn("import - --json", { input: `API_TOKEN=${values.token}\n` });
  await keyturn("set QUOTED", { input: values.quoted });
  await keyturn("set TLS_KEY", { input: values.pem });
}

/** Against a provider that says everything back that it was told. */
async function prove(): Promise<void> {
  const server = createServer(({ headers, url }, response) => {
    response.writeHead(200, { "content-type": "application/json", "x-told": headers.authorization ?? "" });
    response.end(JSON.stringify({ id: 1, name: headers.authorization, url }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  await keyturn("set GRAFANA_URL --grant", { input: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await keyturn("set GRAFANA_TOKEN --grant", { input: ` "${values.grafana}"\n` });
  await keyturn("set GRAFANA_TOKEN", { input: `sb_publishable_${stray("wrong slot")}` });
  await keyturn("probe grafana --private");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await Promise.all([
    keyturn("probe --private --json"),
    keyturn("probe --history"),
    keyturn(["probe", stray("to probe")]),
  ]);
}

async function look(): Promise<void> {
  const pages = join(planting.root, "pages");
  for (const words of [
    ["plan", "plan --json", "status --json", "drift"],
    ["status", "list", "list --json", "history API_TOKEN"],
    ["who API_TOKEN", "who API_TOKEN --json", "explain API_TOKEN here", "explain MONGO_URI --json"],
    ["check", "check --json", "check --code .", "drift --json"],
    [`docs --output ${pages}`, "docs --html", "docs --json", "history API_TOKEN --json"],
    ["audit", "audit --json", "audit verify --against here", "audit checkpoint"],
    ["grant", "grant --json", "hosts", "completion bash"],
    ["__complete set ", "schema", "recovery"],
  ])
    await Promise.all(words.map((one) => keyturn(one)));
}

/** The server's answers and its log, asked as it should be and with values where no value belongs. */
async function serve(): Promise<void> {
  const { output: token } = await keyturn("token create planted --role *:admin --yes");
  const headers = { authorization: `Bearer ${token.trim()}`, "content-type": "application/json" };
  const ask = async (address: string, path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${address}${path}`, { headers, ...init });
    const told = `${[...answer.headers].join("\n")}\n${await answer.text()}`;
    said.push({ words: `${init.method ?? "GET"} server`, code: answer.ok ? 0 : answer.status, output: told });
  };
  await keyturn("serve --listen 127.0.0.1:0 --access-log", {
    signal: {
      name: "SIGTERM",
      after: "opens once",
      meanwhile: async (output) => {
        const address = /serves (http:\S+?);/.exec(output)?.[1] ?? "";
        for (const verb of ["status", "plan", "drift", "secrets", "rollouts", "audit", "findings"]) {
          await ask(address, `/v1/environments/local/${verb}`);
        }
        await ask(address, `/${stray("as path")}`);
        await ask(address, `/v1/environments/${stray("as environment")}/plan?part=${stray("as part")}`);
        await ask(address, `/v1/environments/local/plan?part=${stray("as a part")}`);
        await ask(address, `/v1/environments/local/plan?${stray("as query")}=1`);
        await ask(address, `/v1/tokens/${stray("as token")}`, { method: "DELETE" });
        for (const path of ["login", "setup", "accounts", "tokens"]) {
          for (const body of [
            JSON.stringify({ name: stray("as name"), password: stray("as password"), secret: stray("as link") }),
            JSON.stringify({ name: "anna", roles: [stray("as role")], [stray("as field")]: 1 }),
            `{"name": ${stray("as no json")}`,
          ])
            await ask(address, `/v1/${path}`, { method: "POST", body });
        }
        await ask(address, "/v1/me", { headers: { authorization: `Bearer ${stray("as bearer")}` } });
        await ask(address, "/v1/me", { headers: { cookie: `keyturn=${stray("as cookie")}` } });
      },
    },
  });
}

/** Every refusal of a value, and of what was pasted where no value belongs. */
async function refuse(): Promise<void> {
  const large = `${stray("large")}${"x".repeat(1024 * 1024)}`;
  await Promise.all([
    keyturn("set MONGO_URI", { input: `not-a-url ${stray("no URL")}` }),
    keyturn("set MONGO_URI --json", { input: `http://u:${stray("wrong scheme")}@db/` }),
    keyturn("set PORT", { input: stray("no port") }),
    keyturn("set TLS_KEY", { input: pem().slice(0, 200) }),
    keyturn("set API_TOKEN", { input: `your-token-here-${stray("placeholder")}` }),
  ]);
  await Promise.all([
    keyturn("set QUOTED", { input: large }),
    keyturn("import -", { input: `PORT=${stray("imported port")}\nMONGO_URI=${stray("imported URI")}\n` }),
    keyturn("import - --json", { input: `PORT="${stray("unclosed")}\nsome ${stray("loose line")}\n` }),
    keyturn("apply --yes --source env", { variables: { MONGO_URI: stray("bound badly") } }),
  ]);
}

/** A value on the command line is in the process list by the user's own hand; nothing of ours may repeat it. */
async function paste(): Promise<void> {
  const lines = [
    ["set", "API_TOKEN", stray("behind")],
    ["set", `API_TOKEN=${stray("assigned")}`],
    ["set", "API_TOKEN", `--value=${stray("option")}`],
    ["set", "API_TOKEN", `-${stray("dash")}`],
    ["set", stray("for the name")],
    [`API_TOKEN=${stray("as verb")}`],
    [stray("verb")],
    ["generate", "API_TOKEN", `--value=${stray("of generate")}`],
    ["generate", stray("to generate")],
    ["import", `API_TOKEN=${stray("to import")}`],
    ["history", "API_TOKEN", stray("too many")],
    ["run", "api", "--", `API_TOKEN=${stray("to run")}`, "true"],
    ["plan", `--api-token=${stray("to plan")}`],
    ["audit", `--api-token`, stray("to audit")],
  ];
  for (const [at, words] of lines.entries())
    await keyturn(at % 2 === 0 ? words : [...words.slice(0, 1), "--json", ...words.slice(1)]);
}

/** The side doors: their output is the value, their files are private, and nobody else gets it. */
async function give(): Promise<void> {
  const { root } = planting;
  const give = keyturnFor(planting, delivered);
  const script = join(root, "child.js");
  const tell = ["run", "api", "--", process.execPath, script];
  const uses = "const { MONGO_URI, TLS_KEY, API_TOKEN, QUOTED } = process.env;\n";
  writeFileSync(
    script,
    `${uses}console.log(MONGO_URI, JSON.stringify(TLS_KEY), API_TOKEN);\nconsole.error(Buffer.from(QUOTED).toString("hex"));\n`,
  );
  await Promise.all([
    keyturn(["render", "api", "--dialect", "json", "--output", join(root, "rendered.json")]),
    give("render api --dialect dotenv"),
    // the whole environment of the child, into a pipe: masked
    keyturn(tell),
  ]);
  await keyturn("set PIN --service api", { input: `${stray("before NUL")}\0${stray("behind NUL")}` });
  await keyturn("apply --yes");
  await keyturn("render api --dialect docker");
  await keyturn(tell);
  await keyturn("set PIN --service api --as-is", { input: values.pin });
  await keyturn(["render", "api", "--dialect", "json", "--output", join(root, "no/such/folder")]);
  await keyturn(["eject", join(root, "ejected"), "--yes"]);
  // all of it is found there, and kept
  await keyturn(["scan", join(root, "ejected")]);
  await Promise.all([keyturn("findings"), keyturn("findings --json")]);
  await keyturn("findings accept 1 --reason kept --until 2020-01-31");
  await keyturn("set API_TOKEN", { input: values.changedToken });
  await give("reveal API_TOKEN --yes");
  await keyturn("reveal API_TOKEN");
}

async function interrupt(): Promise<void> {
  await keyturn("apply --yes", { signal: { name: "SIGINT", after: "wave 1" } });
  await keyturn("apply --yes", { signal: { name: "SIGTERM", after: "stage" } });
  await keyturn("apply --yes", { signal: { name: "SIGKILL", after: "stage" } });
  await keyturn("status");
  await keyturn("apply --yes");
  await keyturn("rollback --yes");
  await keyturn("apply --yes");
  await keyturn("set API_TOKEN", { input: values.changedToken });
  await keyturn("apply --yes --json");
}

/** Behind ssh, with the values bound in the environment of the command, as a pipeline does it. */
async function far(): Promise<void> {
  const at = { variables: { KEYTURN_ENV: "remote", API_TOKEN: values.bound, MONGO_URI: values.boundUri } };
  const identity = join(planting.root, "identity");
  await keyturn("grant --missing --yes", at);
  await keyturn("apply --yes --source env", at);
  await keyturn(["recovery", "init", "--out", identity]);
  await keyturn(["recovery", "drill", identity]);
  await keyturn("apply --yes --source env", at);
  await keyturn("status", at);
  await keyturn("set API_TOKEN", { ...at, input: values.changedToken });
  await keyturn("apply --yes --json", at);
  await keyturn("drift", at);
  await keyturn("rollback --yes", at);
}

async function keep(): Promise<void> {
  const { root } = planting;
  await keyturn(["backup", join(root, "backup")]);
  await keyturn(["backup", join(root, "backup.age"), "--to-recipient"]);
  copyPrivate("home/plain.key", "second/plain.key");
  await keyturn("rekey");
  const second = { home: join(root, "second") };
  await keyturn(["restore", join(root, "backup.age"), "--identity", join(root, "identity"), "--json"], second);
  await keyturn("list", second);
  await keyturn("rekey --json");
}

async function breakManifests(): Promise<void> {
  const paths = [...brokenManifests(planting, stray), brokenContract(planting, stray)];
  for (const [at, path] of paths.entries()) {
    await keyturn(["check", "--manifest", path, ...(at % 2 === 0 ? [] : ["--json"])]);
  }
}

/** Foreign text in every file that is read: what can't be read must not be quoted either. */
async function breakThings(): Promise<void> {
  const { root, home } = planting;
  const third = { home: join(root, "third") };
  copyPrivate("home/plain.key", "third/plain.key");
  write(join(third.home, "keyturn.db"), `SQLite format 3\0${stray("in a broken database").repeat(40)}`);
  const key = join(root, "wrong.key");
  writeFileSync(key, `keyturn-key-1:${Buffer.alloc(32, word()).toString("base64")}\n`, { mode: 0o600 });
  const noKey = join(root, "no.key");
  writeFileSync(noKey, stray("in a key file"), { mode: 0o600 });
  const file = join(root, "file");
  writeFileSync(file, stray("where a folder should be"));
  // nobody finds the process any more behind what is written over its file
  const instance = readFileSync(join(home, "run/local/api/instance.json"), "utf8");
  process.kill((JSON.parse(instance) as { readonly pid: number }).pid, "SIGKILL");
  for (const name of ["record.json", "controller.json", "instance.json"]) {
    writeFileSync(join(home, "run/local/api", name), `{"release": ${stray(`in ${name}`)}`);
  }
  await inPairs([
    ["list", "--home", third.home],
    ["list", "--key-file", key],
    ["list", "--key-file", noKey, "--json"],
    ["list", "--home", file],
    ["init", "--home", file, "--json"],
    ["status"],
    ["plan", "--json"],
    ["recovery", "drill", noKey],
    ["restore", file, "--home", join(root, "fourth")],
    ["import", join(root, "home/keyturn.db")],
    ["audit", "verify", "--checkpoint", noKey],
  ]);
}

async function inPairs(calls: readonly (readonly string[])[]): Promise<void> {
  for (let at = 0; at < calls.length; at += 3) await Promise.all(calls.slice(at, at + 3).map((one) => keyturn(one)));
}

function copyPrivate(from: string, to: string): void {
  const { root } = planting;
  mkdirSync(join(root, to, ".."), { recursive: true, mode: 0o700 });
  copyFileSync(join(root, from), join(root, to));
}

function stray(name: string): string {
  const value = word();
  astray.set(`stray: ${name}`, Buffer.from(value));
  return value;
}

function planted(): ReadonlyMap<string, Buffer> {
  const keyFile = readFileSync(join(planting.home, "plain.key"), "utf8").trim();
  const key = keyFile.slice(keyFile.lastIndexOf(":") + 1);
  const entries = Object.entries(values).map(([name, value]) => [name, Buffer.from(value)] as const);
  return new Map<string, Buffer>([...entries, ["key file", Buffer.from(key)], ["key", Buffer.from(key, "base64")]]);
}

function everything(): ReadonlyMap<string, Buffer> {
  return new Map([...planted(), ...astray]);
}

function holders(search: Search): readonly string[] {
  return search.inFolder(planting.root, () => false).map((find) => find.slice(0, find.indexOf(": ")));
}

function isOpen(path: string): boolean {
  return (lstatSync(join(planting.root, path)).mode & 0o077) !== 0;
}

function told(): string {
  return said.map(({ words, code, output }) => `\n$ ${words} → ${code}\n${output}`).join("");
}
