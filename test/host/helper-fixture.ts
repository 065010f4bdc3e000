import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { openLocalHost, type Host, type TargetAddress } from "#host";
import { allowlistLines, type PrepareCommand } from "../../src/host/bootstrap/allowlist.ts";
import { helperText } from "../../src/host/helper/helper-text.ts";
import { temporaryFolder } from "./fixture.ts";

export interface HelperPlace {
  readonly folder: string;
  readonly host: Host;
  readonly shell: string;
  readonly path: string;
  readonly state: string;
  allow(targets: readonly TargetAddress[], commands?: readonly PrepareCommand[]): void;
  /** ends what the stand-in of systemctl started */
  remove(): void;
}

export const me = { user: userInfo().username, group: execFileSync("id", ["-gn"], { encoding: "utf8" }).trim() };

export interface HelperOptions {
  readonly shell?: readonly string[];
  /** folder of the only commands it finds, in place of the machine's own */
  readonly tools?: string;
  /** where it is put, made for it; a new temporary folder by default */
  readonly folder?: string;
}

/** The helper as it is installed, but with its three places in a temporary folder and run as the current user. */
export function installHelper({ shell = ["sh"], tools, folder = temporaryFolder() }: HelperOptions = {}): HelperPlace {
  const [etc, state, bin] = [join(folder, "etc"), join(folder, "state"), join(folder, "bin")];
  for (const path of [etc, bin, join(folder, "opt"), join(folder, "units")]) mkdirSync(path);
  const path = join(folder, "keyturn-host");
  const text = helperText()
    .replaceAll("/etc/keyturn", etc)
    .replaceAll("/var/lib/keyturn", state)
    .replace(/^search_root=.*$/m, `search_root=${join(folder, "opt")}`)
    .replace(/^PATH=(.*)$/m, (_, usual: string) => `PATH=${bin}:${tools ?? usual}`);
  writeFileSync(path, text, { mode: 0o700 });
  writeFileSync(join(bin, "systemctl"), standInSystemctl(folder), { mode: 0o700 });
  writeFileSync(join(bin, "systemd-run"), standInSystemdRun, { mode: 0o700 });
  // this machine's own journal and containers are none of a test's business
  writeFileSync(join(bin, "journalctl"), `#!/bin/sh\ncat ${folder}/journal 2>/dev/null\n`, { mode: 0o700 });
  writeFileSync(join(bin, "docker"), standInDocker(folder), { mode: 0o700 });
  chmodSync(folder, 0o700);
  return {
    folder,
    shell: shell[0] ?? "sh",
    path,
    state,
    host: openLocalHost({ name: "here", helper: { shell, path }, environment: { PATH: process.env["PATH"] } }),
    allow: (targets, commands) => {
      writeFileSync(join(etc, "targets"), `${allowlistLines(targets, commands).join("\n")}\n`, { mode: 0o600 });
    },
    remove: () => {
      execFileSync("sh", ["-c", `for f in ${folder}/units/*.pid; do [ -f "$f" ] && kill "$(cat "$f")"; done; true`]);
      rmSync(folder, { recursive: true });
    },
  };
}

export function systemdTarget(place: HelperPlace, instances: readonly string[] = [""]): TargetAddress {
  const file = { path: join(place.folder, "opt", ".env"), owner: me.user, group: me.group, mode: "600" };
  const units = instances.map((instance) => ({
    instance,
    unit: instance === "" ? "w.service" : `w@${instance}.service`,
  }));
  return { id: "backend@here", service: "backend", runtime: { kind: "systemd", file, instances: units } };
}

/** What the unit's process runs; `sleep 60` when nothing was said. */
export function writeUnit(place: HelperPlace, unit: string, command: string): void {
  writeFileSync(join(place.folder, "units", unit), command);
}

/** What systemd would say of where a unit's variables come from; otherwise it reads the target's file alone. */
export function writeShown(place: HelperPlace, unit: string, lines: readonly string[]): void {
  writeFileSync(join(place.folder, "units", `${unit}.show`), `${lines.join("\n")}\n`);
}

/**
 * The suites on real hosts have systemd; here a few lines start real processes with the file's variables and tell
 * their pid and a new invocation, so that the helper compares real environments.
 */
function standInSystemctl(folder: string): string {
  return `#!/bin/sh
verb=$1 signal=HUP
state() {
  at=${folder}/units/$1
  [ -f "$at" ] || { echo LoadState=not-found; return; }
  echo LoadState=loaded
  [ -f "$at.start" ] || { echo ActiveState=inactive; return; }
  echo InvocationID=$(cat "$at.start")
  if kill -0 "$(cat "$at.pid")" 2>/dev/null; then printf 'ActiveState=active\\nMainPID=%s\\n' "$(cat "$at.pid")"
  else printf 'ActiveState=failed\\nMainPID=0\\nExecMainCode=1\\nExecMainStatus=%s\\n' "$(cat "$at.code")"; fi
}
sources() {
  if [ -f ${folder}/units/$1.show ]; then cat ${folder}/units/$1.show
  else echo "EnvironmentFiles=${folder}/opt/.env (ignore_errors=no)"; fi
}
if [ "$verb" = show ]; then
  properties=$*
  while [ "$1" != -- ]; do shift; done
  shift
  for unit; do
    state $unit
    case $properties in *EnvironmentFiles*) sources $unit ;; esac
    echo
  done
  exit
fi
for unit; do case $unit in --signal=SIG*) signal=\${unit#--signal=SIG} ;; esac; done
at=${folder}/units/$unit
[ -f "$at" ] || exit 5
case $verb in
restart)
  if [ -f "$at.pid" ]; then
    kill "$(cat "$at.pid")" 2>/dev/null
    while kill -0 "$(cat "$at.pid")" 2>/dev/null; do sleep 0.02; done
    rm -f "$at.pid"
  fi
  set -- env -i
  while IFS= read -r line; do set -- "$@" "$line"; done <${folder}/opt/.env
  rm -f "$at.code"
  { "$@" PATH="$PATH" sh -c "echo \\$\\$ >$at.pid; exec $(cat "$at")"; echo $? >"$at.code"; } >/dev/null 2>&1 &
  while [ ! -s "$at.pid" ]; do sleep 0.02; done
  od -An -N8 -tx8 /dev/urandom | tr -d ' ' >"$at.start" ;;
reload | kill) kill -"$signal" "$(cat "$at.pid")" ;;
esac
`;
}

/** Containers are folders with a log, named by what the engine would say of their place. */
function standInDocker(folder: string): string {
  return `#!/bin/sh
cd ${folder}/containers 2>/dev/null || exit 1
case $1 in
ps) ls ;;
inspect) for last; do :; done; cat "$last/inspect" ;;
logs) cat "$2/log" ;;
*) exit 1 ;;
esac
`;
}

/** Gives what it was asked to run the lines of the environment file; one without a name is dropped, as systemd does. */
const standInSystemdRun = `#!/bin/sh
for word; do case $word in EnvironmentFile=-*) file=\${word#*-} ;; esac; done
set -- cat /proc/self/environ
while IFS= read -r line; do
  case \${line%%=*} in '' | [0-9]* | *[!A-Za-z0-9_]*) ;; *) set -- "$line" "$@" ;; esac
done <"$file"
exec env -i "$@"
`;
