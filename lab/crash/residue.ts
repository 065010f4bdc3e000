import { join } from "node:path";
import { place } from "../place.ts";
import { attempt } from "../run.ts";
import { hosts, targets } from "./platform.ts";
import type { Scene } from "./scene.ts";

/**
 * Files with a value of this campaign where none belongs: in the whole writable layer of each host and its memory file
 * systems, and with the command everywhere but in the folder that it takes the values from.
 */
export async function findResidue(scene: Scene): Promise<readonly string[]> {
  const found = await Promise.all([atCommand(scene), ...hosts.map((host) => onHost(scene, host))]);
  return found.flat();
}

async function atCommand({ top, folder, marker }: Scene): Promise<readonly string[]> {
  const paths = await searched((argv) => attempt(argv, { input: forms(marker) }), [top]);
  return paths.filter((path) => !path.startsWith(join(folder, "values/")));
}

async function onHost({ lab, marker }: Scene, host: string): Promise<readonly string[]> {
  const input = forms(marker);
  const inside = ["/opt/ktpair", "/opt/ktshop", "/var/lib/keyturn", "/run", "/tmp", "/dev/shm"];
  const [layer, seen, allowed] = await Promise.all([
    searched((argv) => attempt(argv, { input }), [`${place.hosts}/${host}/upper`]),
    searched((argv) => lab.exec(host, argv, { input }), inside),
    allowedOn({ lab, host }),
  ]);
  const paths = [...layer.map((path) => path.slice(`${place.hosts}/${host}/upper`.length)), ...seen];
  return [...new Set(paths)].filter((path) => !allowed.has(path)).map((path) => `${path} on ${host}`);
}

/** What a value is there for: each target's file, the content of its file variable, and the release before. */
async function allowedOn({ lab, host }: { readonly lab: Scene["lab"]; readonly host: string }) {
  const own = targets.filter((target) => target.host === host);
  const script = 'for record; do sed -n "s/^release //p" $record/record $record/previous.record 2>/dev/null; done';
  const states = own.map(({ id }) => `/var/lib/keyturn/${id}`);
  const { stdout } = await lab.exec(host, ["sh", "-c", script, "sh", ...states]);
  const releases = stdout.split("\n").filter(Boolean);
  return new Set([
    ...states.map((state) => `${state}/previous`),
    ...own.flatMap(({ folder }) => [
      `${folder}/.env`,
      ...releases.map((release) => `${folder}/.env.d/${release}/CERT`),
    ]),
  ]);
}

async function searched(
  run: (argv: readonly string[]) => Promise<{ readonly status: number; readonly stdout: string }>,
  folders: readonly string[],
): Promise<readonly string[]> {
  // a file that goes away meanwhile, or a folder that isn't there, is no failure
  const { stdout } = await run(["grep", "-raFls", "--devices=skip", "-f", "-", ...folders]);
  return stdout.split("\n").filter(Boolean);
}

/** The marker as it is and as it may be dressed up: see the suites' search. */
function forms(marker: string): string {
  const bytes = Buffer.from(marker);
  const encoded = [0, 1, 2].map((shift) => {
    const skipped = (3 - shift) % 3;
    return bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3)).toString("base64");
  });
  return [marker, bytes.toString("hex"), ...encoded].map((form) => `${form}\n`).join("");
}
