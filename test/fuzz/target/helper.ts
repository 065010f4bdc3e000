import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installHelper, systemdTarget, writeUnit, type HelperPlace } from "../../host/helper-fixture.ts";
import { foreignBytes, type Words } from "../bytes.ts";
import { holds } from "../law.ts";
import type { Room, Target } from "../target.ts";

const shells: readonly (readonly string[])[] = [["sh"], ["busybox", "sh"]];

const zero = "0".repeat(64);
const ofA = "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd";

const requests: Words = {
  whole: [
    `controller p/e/s 1 1 -\nfence backend@here\nstage backend@here 1 ${ofA} r1 ab 00ff ${zero} 1\nA ${zero}\nAswap backend@here\nend\n`,
    "controller p/e/s 1 2 -\nrestart backend@here - restart\nverify backend@here - 10 1\ntcp 127.0.0.1 1\nreturn backend@here\nforget backend@here\nsweep backend@here\nend\n",
    "observe backend@here\nread backend@here\nend\n",
    `controller p/e/s 1 3 -\nattach backend@here r1 KEY 1 ${ofA}\nAclaim backend@here r1 ab 00ff ${zero} 0\nprepare backend@here 0\nend\n`,
  ],
  words:
    "controller ¦p/e/s ¦1 ¦- ¦fence ¦observe ¦read ¦stage ¦swap ¦claim ¦restart ¦verify ¦return ¦" +
    "forget ¦sweep ¦prepare ¦publish ¦attach ¦backend@here¦../x¦--help¦*¦$(id)¦\n¦ ¦end\n¦A¦" +
    `${zero}¦r1 ¦99 ¦010 ¦tcp 127.0.0.1 1\n¦http http://127.0.0.1:1/ 200 10\n`,
};

/** What the helper may say, whatever it was told. */
const line =
  /^(?:keyturn-host \d+ [0-9a-f]{64}|bye|malformed|leftover|waiting|content-end|(?:done|unchanged|failed|unlisted|unprepared|busy|fenced|target|owner|reader|record|previous|file|instance|observed|content|process) [\x20-\x7e]{1,4000})$/;

/** The program that runs as root on hosts, under the shells it is written for. */
export function helperTargets({ folder }: Room): readonly Target[] {
  return shells.map((shell) => {
    let place: HelperPlace | undefined;
    return {
      name: `helper-${shell[0] ?? "sh"}`,
      input: foreignBytes(requests),
      check: (input) => checkHelper((place ??= install(mkdtempSync(join(folder, "helper-")), shell)), shell, input),
      runs: 4,
    };
  });
}

function install(folder: string, shell: readonly string[]): HelperPlace {
  const place = installHelper({ shell, folder });
  place.allow([systemdTarget(place)]);
  writeUnit(place, "w.service", "sleep 5");
  return place;
}

function checkHelper(place: HelperPlace, shell: readonly string[], input: Buffer): void {
  const [program = "sh", ...words] = shell;
  const { stdout, stderr, signal } = spawnSync(program, [...words, place.path], { input, env: {}, timeout: 20_000 });
  holds(signal === null, "it ends by itself");
  holds(!stderr.includes("not found"), `nothing of a request is run: ${stderr.toString("latin1").slice(0, 200)}`);
  const lines = stdout.toString("latin1").split("\n");
  holds(lines.pop() === "", "it says whole lines");
  for (const said of lines) holds(line.test(said), `it says what it may: ${JSON.stringify(said.slice(0, 200))}`);
  const expected = ["bin", "etc", "keyturn-host", "opt", "state", "units"];
  holds(
    readdirSync(place.folder).every((name) => expected.includes(name)),
    "nothing is written beside its places",
  );
  holds(
    readdirSync(place.state).every((name) => name === "backend@here"),
    "nothing is kept of another target",
  );
}
