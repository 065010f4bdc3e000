import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../lab.ts";
import { platformHosts } from "./fresh-hosts.ts";

export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Where each value was found, by name; never the value. */
export function findIn(text: string, secrets: readonly Secret[]): readonly string[] {
  const found = secrets.filter(({ value }) => formsOf(value).some((form) => text.includes(form)));
  return [...new Set(found.map(({ name }) => name))];
}

/** Every file below, the sealed store among them: what is sealed holds no value. */
export function findInFolder(folder: string, secrets: readonly Secret[]): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .flatMap((path) => findIn(readFileSync(path, "latin1"), secrets).map((name) => `${name} in ${path}`));
}

/** The journal, and every file of the folders that a value has no business in. */
export async function findOnHosts(lab: Lab, secrets: readonly Secret[]): Promise<readonly string[]> {
  const found = await Promise.all(platformHosts.map((host) => findOnHost(lab, host, secrets)));
  return found.flat();
}

/** The release before is kept beside the record, root's alone, until its values retire */
const kept = /^\/var\/lib\/keyturn\/[^/]+\/previous$/;
const places = "/tmp /var/tmp /var/log /var/lib/keyturn /run /etc /home /root /usr/local /opt/console /srv";

async function findOnHost(lab: Lab, host: string, secrets: readonly Secret[]): Promise<readonly string[]> {
  const journal = await lab.exec(host, ["journalctl", "--no-pager", "--all", "--output=export"]);
  const forms = secrets.flatMap(({ value }) => formsOf(value));
  const search = `grep -raFl --exclude-dir=.git -f - ${places} 2>/dev/null`;
  const files = await lab.exec(host, ["sh", "-c", search], { input: `${forms.join("\n")}\n` });
  const open = await lab.exec(host, ["find", "/var/lib/keyturn", "!", "-user", "root", "-o", "-perm", "/077"]);
  return [
    ...open.stdout
      .split("\n")
      .filter(Boolean)
      .map((path) => `${path} on ${host} is open to others`),
    ...findIn(journal.stdout, secrets).map((name) => `${name} in the journal of ${host}`),
    ...files.stdout
      .split("\n")
      .filter((path) => path !== "" && !kept.test(path))
      .map((path) => `${path} on ${host}`),
  ];
}

export interface SeenProcesses {
  /** every command line */
  readonly arguments: string;
  /** the environments of whoever carries values on their way: they must not have them there either */
  readonly carriers: string;
}

/** Looks at every process of this machine and of its hosts, again and again until `stop`. */
export function watchProcesses(
  carriers: readonly string[] = ["ssh", "sudo", "sh", "dash", "bash", "git", "keyturn-host"],
): { stop(): SeenProcesses } {
  const [lines, environments] = [new Set<string>(), new Set<string>()];
  const look = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const line = readProcess(pid, "cmdline");
      lines.add(line);
      const program = line.split("\0")[0]?.split("/").at(-1) ?? "";
      if (carriers.includes(program)) environments.add(readProcess(pid, "environ"));
    }
  };
  const timer = setInterval(look, 25);
  return {
    stop: () => {
      clearInterval(timer);
      return { arguments: [...lines].join("\n"), carriers: [...environments].join("\n") };
    },
  };
}

function readProcess(pid: string, what: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8");
  } catch {
    return "";
  }
}

/** The value as it is and as it may be dressed up; of an URL also its password alone. */
function formsOf(value: string): readonly string[] {
  const password = /^[a-z+]+:\/\/[^:/]*:([^@]+)@/.exec(value)?.[1];
  return [value, ...(password === undefined ? [] : [password])].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Buffer.from(text).toString("hex"),
    ...[0, 1, 2].map((shift) => base64At(text, shift)),
  ]);
}

/** The part of its base64 that is the same whatever stands before and behind it. */
function base64At(text: string, shift: number): string {
  const bytes = Buffer.from(text);
  const skipped = (3 - shift) % 3;
  const whole = bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3));
  return whole.toString("base64");
}
