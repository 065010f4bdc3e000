import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { addressOf } from "#delivery";
import { loadPlatform } from "../../src/compose/platform.ts";
import { allowlistLines } from "../../src/host/bootstrap/allowlist.ts";
import { helperText } from "../../src/host/helper/helper-text.ts";

export interface Planting {
  /** everything is below it: the platform, its home, its temporary folder, the host that ssh reaches */
  readonly root: string;
  readonly project: string;
  readonly home: string;
  readonly temporary: string;
  /** what each stand-in for a program was started with: arguments and environment */
  readonly calls: string;
  /** stand-ins for ssh, and for the commands of the manifest */
  readonly bin: string;
}

/**
 * Two services as local processes and, in another environment, a unit and a console behind ssh. The host there is the
 * real helper with its places in a temporary folder.
 */
export function plant(): Planting {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "keyturn-planted-")));
  const at = (name: string) => join(root, name);
  const planting = {
    root,
    project: at("project"),
    home: at("home"),
    temporary: at("tmp"),
    calls: at("calls"),
    bin: at("bin"),
  };
  for (const name of ["project", "tmp", "calls", "bin", "host/etc", "host/opt", "host/www", "host/bin"]) {
    mkdirSync(at(name), { recursive: true, mode: 0o700 });
  }
  for (const [path, text] of Object.entries(files(root))) write(join(planting.project, path), text);
  putStandIns(planting);
  putHelper(planting);
  return planting;
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export const contract = `# @required @sensitive @type=string(minLength=12)
API_TOKEN=change-me
# @required @sensitive @type=url(schemes=mongodb)
MONGO_URI=change-me
# @optional @sensitive @type=pem
# TLS_KEY=
# @optional @sensitive
# QUOTED=
# @optional @sensitive
# PIN=
# @required @sensitive @generate=random(32)
SESSION_KEY=change-me
# @optional @public @type=port
PORT=8080
# @optional @sensitive
# GRAFANA_TOKEN=
# @optional @public
# GRAFANA_URL=
`;

function files(root: string): Readonly<Record<string, string>> {
  return {
    "keyturn.yaml": `platform: planted
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.js]
    directory: api
  web:
    contract: web/.env.example
    runtime: process
    command: [node, ../api/main.js]
    directory: web
  gate:
    contract: gate/.env.example
    runtime: systemd
    file: ${root}/host/opt/.env
    owner: ${me.user}
    group: ${me.group}
    unit: gate.service
    prepare: ["dump-prepare --quiet"]
  console:
    contract: console/.env.example
    runtime: vite
    directory: console
    build: dump-build
    publish: ${root}/host/www
    owner: ${me.user}
    group: ${me.group}
environments:
  local:
    hosts: { here: local }
    services: { gate: false, console: false }
  remote:
    production: true
    hosts: { far: {} }
    services: { api: false, web: false }
`,
    "api/main.js": "setInterval(() => {}, 1000);\n",
    "api/.env.example": contract,
    "web/.env.example": "# @required @sensitive\nAPI_TOKEN=change-me\n# @optional @public\nSITE=world\n",
    "gate/.env.example":
      "# @required @sensitive\nAPI_TOKEN=change-me\n# @required @sensitive @type=url\nMONGO_URI=change-me\n",
    "console/.env.example": "# @optional @public\nVITE_TITLE=shop\n",
    "console/index.html": "<title>shop</title>\n",
    ".gitignore": ".env\n",
  };
}

const me = { user: userInfo().username, group: execFileSync("id", ["-gn"], { encoding: "utf8" }).trim() };

/** Each keeps what it was started with. ssh runs what it was told on the host that is really a folder here. */
function putStandIns({ root, bin, calls }: Planting): void {
  const dump = `{ printf '%s\\n' "$0" "$@"; env; } >${calls}/$(basename "$0").$$`;
  const host = join(root, "host");
  script(join(bin, "dump-prepare"), `${dump}\n`);
  script(join(bin, "dump-build"), `${dump}\nmkdir -p dist && cp index.html dist/\n`);
  script(
    join(bin, "ssh"),
    `${dump}
case " $* " in
*" -G "*) printf 'user deploy\\nhostname far\\nport 22\\n' ;;
*" -O "*) ;;
*keyturn-host*) exec sh ${host}/keyturn-host ;;
*) for last; do :; done; exec sh -c "$last" ;;
esac
`,
  );
  script(
    join(host, "bin/systemctl"),
    `${dump}\nexec ${process.execPath} ${join(import.meta.dirname, "systemctl.ts")} ${host}/opt/.env ${host}/unit.json "$@"\n`,
  );
}

function putHelper({ root, project }: Planting): void {
  const host = join(root, "host");
  const text = helperText()
    .replaceAll("/etc/keyturn", join(host, "etc"))
    .replaceAll("/var/lib/keyturn", join(host, "state"))
    .replace(/^PATH=(.*)$/m, (_, usual: string) => `PATH=${join(host, "bin")}:${usual}`);
  script(join(host, "keyturn-host"), text, "");
  const { platform } = loadPlatform(join(project, "keyturn.yaml"), "remote");
  const targets = platform.services.map((service) => addressOf(service, "far"));
  writeFileSync(join(host, "etc/targets"), `${allowlistLines(targets).join("\n")}\n`, { mode: 0o600 });
}

function script(path: string, text: string, head = "#!/bin/sh\n"): void {
  writeFileSync(path, `${head}${text}`);
  chmodSync(path, 0o700);
}
