import { createHash } from "node:crypto";
import type { Lab } from "../lab.ts";
import { dialects, type Entry } from "#dialect";
import type { CrashTarget } from "./platform.ts";
import type { Scene, Values } from "./scene.ts";

/** What one target has on its machine: file, record and processes, read as root and without Keyturn. */
export interface Sighting {
  readonly target: CrashTarget;
  /** number of the values in the file; undefined when there is no whole release */
  readonly values: number | undefined;
  /** why the file is no whole release */
  readonly faults: readonly string[];
  readonly digest: string;
  /** digest that the helper's record names, where there is one */
  readonly recorded: string;
  readonly processes: readonly ProcessSighting[];
}

interface ProcessSighting {
  readonly unit: string;
  /** number of the values it was started with; undefined when it doesn't run */
  readonly values: number | undefined;
  readonly faults: readonly string[];
}

export async function look(scene: Scene, target: CrashTarget): Promise<Sighting> {
  const said = await ask(scene.lab, target);
  const bytes = said.get("file") ?? Buffer.alloc(0);
  const entries = entriesOf(dialects.systemd.read(bytes).entries);
  const content = attached(entries, said);
  const values = valuesOf(scene.values, entries);
  const faults = [
    ...fileFaults(target, bytes, (said.get("stat") ?? "").toString()),
    ...releaseFaults(target, entries, { values, content }),
  ];
  return {
    target,
    values: faults.length === 0 ? values?.number : undefined,
    faults,
    digest: createHash("sha256").update(bytes).digest("hex"),
    recorded: (said.get("record") ?? "").toString().trim(),
    processes: target.units.map((unit) => processOf(scene.values, { target, unit, said })),
  };
}

type Said = ReadonlyMap<string, Buffer>;

/** One call, since each costs a round: every answer a line, its name and its bytes. */
async function ask(lab: Lab, { id, host, folder, units }: CrashTarget): Promise<Said> {
  const { status, stdout, stderr } = await lab.exec(host, ["sh", "-s", id, folder, ...units], { input: questions });
  if (status !== 0) throw new Error(`${host} can't be looked at: ${stderr}`);
  return new Map(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(" ")), Buffer.from(line.slice(line.indexOf(" ") + 1), "base64")]),
  );
}

const questions = `
id=$1 folder=$2
shift 2
tell() { printf '%s ' "$1"; base64 -w0; echo; }
cat $folder/.env 2>/dev/null | tell file
stat -c '%F %U %G %a' $folder/.env 2>/dev/null | tell stat
sed -n 's/^file //p' /var/lib/keyturn/$id/record 2>/dev/null | tell record
for file in $folder/.env.d/*/CERT; do
  [ ! -f "$file" ] || { cat $file | tell "$file"; stat -c '%F %U %G %a' $file | tell "stat:$file"; }
done
for unit; do
  pid=$(systemctl show --value -p MainPID $unit)
  [ "$pid" = 0 ] || cat /proc/$pid/environ 2>/dev/null | tell "$unit"
done
true
`;

function entriesOf(entries: readonly Entry[]): ReadonlyMap<string, string> {
  return new Map(entries.map(({ name, value }) => [name, value.reveal().toString()]));
}

function valuesOf(known: readonly Values[], entries: ReadonlyMap<string, string>): Values | undefined {
  return known.find(({ token }) => token === entries.get("TOKEN"));
}

/** Whole in its bytes: exactly what our writer makes of what our reader finds, and nobody else's. */
function fileFaults({ owner }: CrashTarget, bytes: Buffer, stat: string): readonly string[] {
  const { entries, findings } = dialects.systemd.read(bytes);
  const written = dialects.systemd.write(entries);
  const same = written.kind === "written" && written.bytes.reveal().equals(bytes);
  return [
    ...(findings.length === 0 && same ? [] : ["the file is not what the dialect writes"]),
    ...(stat.trim() === `regular file ${owner} ${owner} 600` ? [] : [`the file is ${stat.trim() || "missing"}`]),
  ];
}

interface Found {
  readonly values: Values | undefined;
  readonly content?: { readonly bytes: Buffer | undefined; readonly stat: string } | undefined;
}

/** Whole in its content: every name, all of them of the same apply, with the content of its file variable. */
function releaseFaults(
  { names, owner, folder }: CrashTarget,
  entries: ReadonlyMap<string, string>,
  { values, content }: Found,
): readonly string[] {
  const found = names.filter((name) => entries.has(name));
  if (values === undefined) return ["its token is of no apply"];
  const release = entries.get("KEYTURN_RELEASE") ?? "";
  const path = `${folder}/.env.d/${release}/CERT`;
  return [
    ...(found.length === names.length ? [] : [`it lacks ${names.filter((name) => !entries.has(name)).join(", ")}`]),
    ...(!names.includes("MODE") || entries.get("MODE") === values.mode ? [] : ["its mode is of another apply"]),
    ...(!names.includes("CERT") || entries.get("CERT") === path ? [] : ["its path is of another release"]),
    ...(content === undefined || content.bytes?.equals(values.certificate) === true
      ? []
      : ["its file variable is not the one of this apply"]),
    ...(content === undefined || content.stat === `regular file ${owner} ${owner} 600`
      ? []
      : [`its file variable is ${content.stat || "missing"}`]),
  ];
}

function attached(entries: ReadonlyMap<string, string>, said: Said): Found["content"] {
  const path = entries.get("CERT");
  if (path === undefined) return undefined;
  return { bytes: said.get(path), stat: (said.get(`stat:${path}`) ?? "").toString().trim() };
}

interface Asked {
  readonly target: CrashTarget;
  readonly unit: string;
  readonly said: Said;
}

/** The content of a file variable may be gone by now: the process has read it, or will be started again. */
function processOf(known: readonly Values[], { target, unit, said }: Asked): ProcessSighting {
  const environment = said.get(unit);
  if (environment === undefined || environment.length === 0) return { unit, values: undefined, faults: [] };
  const lines = environment.toString().split("\0").filter(Boolean);
  const entries = new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  const values = valuesOf(known, entries);
  return { unit, values: values?.number, faults: releaseFaults(target, entries, { values }) };
}
