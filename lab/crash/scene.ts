import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startCommand, type CallOptions, type Ended, type Running } from "../command.ts";
import type { Lab } from "../lab.ts";
import { place } from "../place.ts";
import { publish } from "../../test/published.ts";
import { contracts, hosts, manifest, units } from "./platform.ts";

/** What one apply brings: found again in files and processes by its token. */
export interface Values {
  readonly number: number;
  readonly token: string;
  readonly certificate: Buffer;
  readonly mode: "well" | "dies";
}

/** The small platform on its hosts, and the real command that delivers it. */
export interface Scene {
  readonly lab: Lab;
  readonly top: string;
  readonly home: string;
  readonly folder: string;
  /** part of every secret value of this campaign, and of nothing else */
  readonly marker: string;
  /** every set of values there ever was, by number from 1 on */
  readonly values: readonly Values[];
  /** number of the values that everything was last seen to run with */
  proved(): number;
  prove(number: number): void;
  /** milliseconds that an apply takes here when nobody breaks it */
  pace(): number;
  measured(ms: number): void;
  /** new values where the next apply takes them from */
  renew(mode?: Values["mode"]): Values;
  start(words: string, options?: CallOptions): Running;
  keyturn(words: string, options?: CallOptions): Promise<Ended>;
  /** every command so far: what it printed */
  printed(): string;
  remove(): Promise<void>;
}

export async function openScene(lab: Lab): Promise<Scene> {
  const top = mkdtempSync(join(tmpdir(), "keyturn-crash-"));
  const [folder, home, temporary] = [join(top, "platform"), join(top, "home"), join(top, "tmp")];
  const marker = `ktcrash${randomBytes(6).toString("hex")}`;
  const values: Values[] = [];
  let printed = "";
  let proved = 0;
  let pace = 0;
  for (const [path, text] of Object.entries({ ...contracts, ...units, "keyturn.yaml": manifest("well") })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(temporary);
  mkdirSync(join(folder, "values"), { mode: 0o700 });
  writeFileSync(join(top, "ssh_config"), impatient(readFileSync(place.sshConfig, "utf8")));
  const environment = {
    HOME: top,
    TMPDIR: temporary,
    KEYTURN_HOME: home,
    KEYTURN_SSH_CONFIG: join(top, "ssh_config"),
    NODE_COMPILE_CACHE: join(top, "cache"),
  };
  const program = publish(join(top, "package"));
  const start = (words: string, options?: CallOptions): Running => {
    const running = startCommand({ program, folder, environment }, words.split(" "), options);
    void running.ended.then(({ out, err }) => (printed += out + err));
    return running;
  };
  const scene: Scene = {
    lab,
    top,
    home,
    folder,
    marker,
    values,
    proved: () => proved,
    prove: (number) => {
      proved = number;
    },
    pace: () => pace,
    measured: (ms) => {
      pace = ms;
    },
    renew: (mode = "well") => {
      const next = newValues(marker, values.length + 1, mode);
      values.push(next);
      writeFileSync(join(folder, "values/TOKEN"), next.token, { mode: 0o600 });
      writeFileSync(join(folder, "values/CERT"), next.certificate, { mode: 0o600 });
      writeFileSync(join(folder, "keyturn.yaml"), manifest(mode));
      return next;
    },
    start,
    keyturn: (words, options) => start(words, options).ended,
    printed: () => printed,
    remove: async () => {
      await Promise.all(hosts.map((host) => clearHost(lab, host)));
      rmSync(top, { recursive: true, force: true });
    },
  };
  await Promise.all(hosts.map((host) => clearHost(lab, host)));
  return scene;
}

/** Store, grants and hosts: everything before the first apply, and that. */
export async function furnish(scene: Scene): Promise<void> {
  scene.renew();
  for (const words of ["init --yes", "grant --missing --yes"]) await must(scene, words);
  await must(scene, "hosts prepare --yes --via root-%h");
  await must(scene, "apply --yes");
  const { number } = scene.renew();
  const start = performance.now();
  await must(scene, "apply --yes");
  scene.measured(performance.now() - start);
  scene.prove(number);
}

export async function must(scene: Scene, words: string, options?: CallOptions): Promise<Ended> {
  const ended = await scene.keyturn(words, options);
  if (ended.code === 0) return ended;
  throw new Error(`keyturn ${words} ended with ${ended.code}\n${ended.out}${ended.err}`);
}

/** The lab's configuration, but without shared connections, and so that a lost host is found out in seconds. */
function impatient(text: string): string {
  const quick = text.replace("ConnectTimeout 5", "ConnectTimeout 2").replace("AliveInterval 5", "AliveInterval 1");
  return quick.replace(/^ {2}Control.*\n/gm, "");
}

function newValues(marker: string, number: number, mode: Values["mode"]): Values {
  const token = `${marker}-token-${number}-${randomBytes(12).toString("hex")}`;
  const line = () => `${marker}-cert-${number}-${randomBytes(24).toString("hex")}\n`;
  return { number, token, mode, certificate: Buffer.from(`${Array.from({ length: 300 }, line).join("")}end`) };
}

async function clearHost(lab: Lab, host: string): Promise<void> {
  if (!(await lab.isRunning(host))) await lab.boot(host);
  await lab.reachable(host);
  const { status, stderr } = await lab.exec(host, ["sh", "-s"], { input: clear });
  if (status !== 0) throw new Error(`${host} can't be cleared: ${stderr}`);
}

/** Only what is ours: other suites have their own platforms on these hosts. */
const clear = `
exec 2>/dev/null
systemctl disable --now ktpair@1 ktpair@2 ktshop
for folder in /opt/ktpair /opt/ktshop /var/lib/keyturn; do umount $folder; done
sed -i '/ktpair\\|ktshop/d' /etc/keyturn/targets
[ -s /etc/keyturn/targets ] || rm -rf /etc/keyturn /var/lib/keyturn /usr/local/lib/keyturn /etc/sudoers.d/keyturn-*
rm -rf /opt/ktpair /opt/ktshop /etc/systemd/system/ktpair@.service /etc/systemd/system/ktshop.service
rm -rf /var/lib/keyturn/pair@* /var/lib/keyturn/shop@*
userdel ktpair; userdel ktshop
systemctl daemon-reload; systemctl reset-failed
true
`;
