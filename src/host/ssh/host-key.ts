import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "#kernel";
import { readSshConfiguration, type SshAddress, type SshConfiguration } from "./configuration.ts";
import { addressOf, type SshHostOptions } from "./host.ts";

export interface HostKey {
  /** `ssh-ed25519`, … */
  readonly type: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it on the machine */
  readonly fingerprint: string;
}

/** What a machine shows, against what ssh knows of it. */
export interface HostKeys {
  readonly state: "unknown" | "known" | "changed";
  readonly keys: readonly HostKey[];
  /** the name that they are kept under, and the file that ssh would write them to */
  readonly keptName: string;
  readonly file: string;
  /** Writes what was shown, not what a second scan would show. Before it, every older key of the name is removed. */
  accept(): Promise<void>;
}

/** Asks the machine for its keys, without logging in. Whoever answers there may say anything: people have to compare. */
export async function scanHostKeys(options: SshHostOptions): Promise<HostKeys> {
  const address = addressOf(options);
  const configuration = await readSshConfiguration(address);
  refuseJump(address, configuration);
  const { hostname, port, keyAlias, knownHosts } = configuration;
  const keptName = keyAlias ?? (port === "22" ? hostname : `[${hostname}]:${port}`);
  const [file] = knownHosts;
  if (file === undefined) throw new AppError("USAGE", `ssh keeps no known hosts for ${address.name}`);
  const shown = await scan(address, hostname, port);
  const known = (await Promise.all(knownHosts.map((path) => knownKeys(address, keptName, path)))).flat();
  return {
    state: stateOf(shown, known),
    keys: shown.map(({ type, key }) => ({ type, fingerprint: fingerprintOf(key) })),
    keptName,
    file,
    accept: async () => {
      for (const path of knownHosts) {
        if ((await knownKeys(address, keptName, path)).length > 0) await forget(address, keptName, path);
      }
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, shown.map(({ type, key }) => `${keptName} ${type} ${key}\n`).join(""), { mode: 0o600 });
    },
  };
}

interface PublicKey {
  readonly type: string;
  readonly key: string;
}

function refuseJump({ name, address }: SshAddress, { jumps }: SshConfiguration): void {
  if (jumps.length === 0) return;
  throw new AppError("HOST_KEY_UNKNOWN", `${name} is behind a jump host: its key can't be asked for from here`, {
    hint: `\`ssh -o StrictHostKeyChecking=ask ${address} true\` shows it and asks`,
  });
}

function stateOf(shown: readonly PublicKey[], known: readonly PublicKey[]): HostKeys["state"] {
  if (known.length === 0) return "unknown";
  const other = shown.some(({ type, key }) => {
    const same = known.filter((one) => one.type === type);
    return same.length > 0 && !same.some((one) => one.key === key);
  });
  if (other) return "changed";
  return shown.some(({ key }) => known.some((one) => one.key === key)) ? "known" : "changed";
}

async function scan(address: SshAddress, hostname: string, port: string): Promise<readonly PublicKey[]> {
  const { output } = await run("ssh-keyscan", ["-T", "5", "-p", port, "--", hostname], address);
  const keys = publicKeys(output);
  if (keys.length > 0) return keys;
  throw new AppError("HOST_UNREACHABLE", `no ssh server answers for ${address.name} at ${hostname}, port ${port}`);
}

async function knownKeys(address: SshAddress, name: string, file: string): Promise<readonly PublicKey[]> {
  const { output } = await run("ssh-keygen", ["-F", name, "-f", file], address);
  return publicKeys(output);
}

async function forget(address: SshAddress, name: string, file: string): Promise<void> {
  const { failed } = await run("ssh-keygen", ["-R", name, "-f", file], address);
  if (failed) throw new AppError("FILE_UNREADABLE", `the old key of ${address.name} can't be removed from ${file}`);
}

/** Lines `name type key`, with comments between them; a revoked key or an authority begins with `@` and stays out. */
function publicKeys(output: string): readonly PublicKey[] {
  return output.split("\n").flatMap((line): PublicKey[] => {
    const [name = "", type = "", key = ""] = line.trim().split(/\s+/);
    const fits = /^[a-z0-9@.-]{3,60}$/.test(type) && /^[A-Za-z0-9+/=]{40,4000}$/.test(key);
    return fits && !/^[#@]/.test(name) ? [{ type, key }] : [];
  });
}

function fingerprintOf(key: string): string {
  const digest = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

function run(
  program: string,
  words: readonly string[],
  { environment }: SshAddress,
): Promise<{ readonly output: string; readonly failed: boolean }> {
  return new Promise((resolve) => {
    execFile(program, words, { env: environment, timeout: 20_000 }, (error, output) =>
      resolve({ output, failed: error !== null }),
    );
  });
}
