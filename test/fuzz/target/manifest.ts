import { randomBytes } from "node:crypto";
import {
  checkValue,
  generateValue,
  listEnvironments,
  proposeManifest,
  readContract,
  readManifest,
  readUnitFile,
  referencesOf,
  renderReference,
  resolveTemplate,
  scanCode,
  type Contract,
  type Platform,
} from "#contract";
import { addressOf } from "#delivery";
import { Sensitive } from "#kernel";
import { readCommandLine } from "../../../src/contract/manifest/command-line.ts";
import { allowlistLines } from "../../../src/host/bootstrap/allowlist.ts";
import { addressOf as sshAddressOf } from "../../../src/host/ssh/host.ts";
import { foreignBytes, type Words } from "../bytes.ts";
import { checkFindings, checkTold, holds, outcomeOf } from "../law.ts";
import type { Target } from "../target.ts";

const example: Words = {
  whole: [
    '# The key.\n# @required @sensitive @type=string(minLength=8, pattern="a+") @generate=random(32)\nAPI_KEY=change-me\n\n# @type=enum(a, b)\nMODE=a # behind\n#PORT=80\n',
    "URL=https://${HOST}:${PORT}/\nHOST=h\nPORT=${BASE}1\nBASE=8\nexport LIST='${X}'\n# @required=if(MODE=a) @accepts=OLD_KEY @docs=https://x\nKEY=\"a\nb\"\n",
    '# @where="the console" @restart=reload @provider=deepgram @derive=x @build=false @unknown(a=b, c)\nDB=postgres://u:p@h/d\nA=${A}\nB=${C}${C}\nC=${B}\n',
  ],
  words:
    "A=¦B=¦KEY=¦\n¦\n\n¦# ¦#¦# @¦@required¦@type=¦@sensitive¦string(¦pattern=¦)¦(¦enum(¦@generate=random(¦" +
    "@required=if(¦A=1¦${A}¦${B}¦$${¦'¦\"¦`¦\\¦ #¦change-me¦,¦|¦export ",
};

const yaml: Words = {
  whole: [
    `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: systemd
    hosts: [app1, app2]
    file: /opt/api/.env
    owner: api
    unit: api@.service
    instances: ["1", 2]
    values: { A: "x \${B}", B: 2 }
    prepare: ["git pull", { run: [a, b], as: service, directory: /opt }]
    health: ["http://127.0.0.1:810%i/", { tcp: "127.0.0.1:80" }, { command: "true" }]
    drain: { signal: SIGTERM, idle: { url: "http://127.0.0.1:80/", field: busy }, limit: 30s }
environments:
  production:
    production: true
    hosts: { app1: {}, app2: { address: "deploy@10.0.0.1" } }
    waves: [1, rest]
    soak: 5s
    exclude: [app2]
    sources: [store, environment, { dotenv: a.env }, { files: /run }]
    freeze: [{ days: [fri], from: "18:00", until: "08:00", reason: x }]
`,
    `platform: shop
services:
  web: &w { contract: .env.example, runtime: process, command: [node, m.js], directory: ., values: &v { A: 1 } }
  other: { <<: *w, command: "a 'b c'" }
environments:
  local: { hosts: { here: local }, services: { web: { values: *v }, other: false } }
`,
    `platform: shop
services:
  dock: { contract: .env.example, runtime: compose, project: /opt/d, compose-file: compose.yaml, file: /opt/d/.env, owner: root }
  site: { contract: .env.example, runtime: vite, directory: site, publish: /srv/site, owner: www-data, after: [dock] }
environments: { prod: { hosts: { h: { address: "::1" } } } }
`,
  ],
  words:
    "a: ¦- ¦[¦]¦{¦}¦, ¦: ¦\n¦\n  ¦\n    ¦&a ¦*a¦<<: *a¦!!str ¦!x ¦|\n¦>-\n¦? ¦---\n¦%YAML 1.2\n¦" +
    '"\\ud800"¦"\\e[2J"¦"\\x9b"¦"\\u202e"¦services:¦api:¦environments:¦hosts:¦values:¦' +
    "null¦true¦0x10¦1e3¦2001-01-01¦[*a,*a,*a,*a,*a]¦&b [*a,*a,*a]¦&a [*a]¦%i¦500ms¦local¦/opt/..¦" +
    "${A}",
};

const sources: Words = {
  whole: [
    'const a = process.env.A ?? `x ${process.env["B"]} y`; // c\nconst { C, D: d = 1 } = process.env;\nimport.meta.env.VITE_X\n/* z */ f(/re[/]x/)\n',
    "import os\nos.environ['A'], os.getenv(\"B\"), os.environ.get('C')\nclass S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='P_')\n    port: int = Field(8, validation_alias=AliasChoices('X', 'Y'))\n",
    "services:\n  a:\n    image: ${IMAGE:-x}\n    environment: [A=$B, C=$$D]\n    env_file: [.env]\n",
    "[Service]\nEnvironment=A=1 B=2\nEnvironmentFile=-/opt/a/.env\nUser=a\nExecStart=/bin/a ${X} \\\n  $Y\n",
    "#!/bin/sh\n: ${A:?x} ${B:-y}\n",
  ],
  words:
    'process.env¦.A¦["A"]¦`¦${¦}¦{¦}¦/*¦*/¦//¦/¦import.meta.env.¦const {¦} = process.env¦' +
    "\\¦os.environ[¦class A(¦BaseSettings¦):\n¦    a: int\n¦'''¦\"\"\"¦#¦alias=¦AliasChoices(¦" +
    "env_prefix='¦$A¦${A:-x}¦$$¦Environment=¦ExecStart=¦\\\n¦\n¦ ¦services:\n¦  a:\n¦    env_file: x\n¦" +
    "&a ¦*a¦- ",
};

export const manifestTargets: readonly Target[] = [
  { name: "env-example", input: foreignBytes(example), check: checkContract, runs: 150 },
  { name: "manifest", input: foreignBytes(yaml), check: checkManifest, runs: 150 },
  { name: "code", input: foreignBytes(sources), check: checkCode, runs: 100 },
  { name: "proposal", input: foreignBytes(sources), check: checkProposal, runs: 60 },
  { name: "unit-file", input: foreignBytes(sources), check: checkUnitFile, runs: 60 },
  {
    name: "command-line",
    input: foreignBytes({ whole: ["a 'b c' \"d\" e\\ f"], words: "a¦ ¦'¦\"¦\\" }),
    check: checkCommandLine,
    runs: 60,
  },
];

async function checkContract(input: Buffer): Promise<void> {
  const text = input.toString("utf8");
  const outcome = await outcomeOf(() => readContract(text, ".env.example"));
  holds(outcome.kind === "read", "any text is a contract");
  checkFindings(outcome.result.findings, text.replaceAll(/\r\n?/g, "\n"));
  await checkVariables(outcome.result);
}

/** All that is done with a contract that was read: no text of it makes the rest fail, hang, or grow without bound. */
async function checkVariables(contract: Contract): Promise<void> {
  const { variables } = contract;
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  holds(byName.size === variables.length, "each name is declared once");
  for (const variable of variables.slice(0, 50)) {
    holds(/^[A-Za-z_]\w*$/.test(variable.name), "a name is one");
    checkValue(variable, Sensitive.of(variable.example));
    if (variable.generate !== undefined) {
      const made = generateValue(variable.generate, randomBytes);
      holds(made.byteLength > 0, "a rule makes a value");
    }
    const lookup = (name: string) => {
      const template = byName.get(name)?.fallback;
      return template === undefined ? undefined : { kind: "template" as const, template, sensitive: false };
    };
    referencesOf(variable.fallback ?? []);
    const outcome = await outcomeOf(() => resolveTemplate(variable.fallback ?? [], { name: variable.name, lookup }));
    holds(outcome.kind === "read", "a template resolves or has findings");
    if (outcome.result.kind === "unresolved") checkFindings(outcome.result.findings);
    else holds(outcome.result.value.byteLength <= 4 * 1024 * 1024, "a text becomes no flood");
  }
}

async function checkManifest(input: Buffer): Promise<void> {
  const text = input.toString("utf8");
  const readText = (path: string) => (path.includes("missing") ? undefined : "A=1\nB=2\n");
  await outcomeOf(() => listEnvironments(text, "keyturn.yaml"));
  for (const environment of [undefined, "production"]) {
    const options = environment === undefined ? { readText } : { readText, environment };
    const outcome = await outcomeOf(() => readManifest(text, "keyturn.yaml", options));
    holds(outcome.kind === "read", "any text is read, or has findings");
    const { platform, findings } = outcome.result;
    checkFindings(
      findings.filter(({ position }) => position?.file === "keyturn.yaml"),
      text,
    );
    holds(findings.filter(({ code }) => code === "yaml-malformed").length <= 200, "no more findings than anyone reads");
    holds(platform !== undefined || findings.length > 0, "no platform without a reason");
    if (platform !== undefined) checkPlatform(platform);
  }
}

/** What the manifest's grammar accepts, the machines' grammars accept as well. */
function checkPlatform(platform: Platform): void {
  for (const service of platform.services) {
    for (const host of service.hosts) {
      const address = addressOf(service, host);
      if (address.runtime.kind !== "process")
        holds(allowlistLines([address]).length === 1, "one line of the allowlist");
    }
  }
  for (const { name, connection } of platform.hosts) {
    if (connection.kind === "ssh") sshAddressOf({ name, address: connection.address, environment: {} });
  }
  holds(renderReference(platform).html.length > 0, "pages are written");
}

const codeFiles = ["a.ts", "a.py", "compose.yaml", "a.service", "a.sh"];

async function checkCode(input: Buffer): Promise<void> {
  const text = input.toString("utf8");
  for (const path of codeFiles) {
    const outcome = await outcomeOf(() => scanCode([{ path, text }]));
    holds(outcome.kind === "read", "any text is code");
    const lines = text.split("\n");
    for (const { name, position } of outcome.result) {
      holds(/^[A-Za-z_]\w*$/.test(name), "a name is one");
      const found = (lines[position.line - 1] ?? "").slice(position.column - 1);
      // a field's name is completed by its class's prefix
      const there = found.startsWith(name) || name.endsWith((/^\w+/.exec(found)?.[0] ?? "none").toUpperCase());
      holds(there, `${name} stands where it is said to`);
    }
  }
}

/** A proposal is a manifest that can be read, whatever the repository holds. */
async function checkProposal(input: Buffer): Promise<void> {
  const text = input.toString("utf8");
  const paths = [...codeFiles, "vite.config.ts", "deploy/x@.service", "sub/.env.example", ".env.example"];
  const outcome = await outcomeOf(() => proposeManifest(paths.map((path) => ({ path, text }))));
  holds(outcome.kind === "read", "any files give a proposal");
  const manifest = readManifest(outcome.result.text, "keyturn.yaml", { readText: () => "A=1\n" });
  const malformed = manifest.findings.find(({ code }) => code === "yaml-malformed");
  holds(malformed === undefined, `what is proposed is YAML: ${malformed?.message}`);
}

async function checkUnitFile(input: Buffer): Promise<void> {
  const outcome = await outcomeOf(() => readUnitFile("a@.service", input.toString("utf8")));
  holds(outcome.kind === "read" && outcome.result.template, "any text is a unit");
}

async function checkCommandLine(input: Buffer): Promise<void> {
  const outcome = await outcomeOf(() => readCommandLine(input.toString("utf8")));
  holds(outcome.kind === "read", "any text is a command or not");
  if (outcome.result.kind === "refused") checkTold(outcome.result.reason);
  else holds(outcome.result.command[0] !== "", "a command has a program");
}
