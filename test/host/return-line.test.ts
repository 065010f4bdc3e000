import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { makeRecord, returnLine, type Controller, type Host, type TargetAddress } from "#host";
import { Sensitive } from "#kernel";
import { installHelper, systemdTarget, writeUnit, type HelperPlace } from "./helper-fixture.ts";

const controller: Controller = { owner: "p/e/s", epoch: 1, lease: 1, auditHead: `1:${"a".repeat(64)}` };
const shells = [["sh"], ["bash"], ["busybox", "sh"]] as const;

interface Scene {
  readonly place: HelperPlace;
  readonly target: TargetAddress;
  /** pastes the line, as it is printed, into a shell of this place */
  paste(barred?: readonly string[]): { readonly code: number; readonly said: string };
}

/** Two places where r1 and then r2 were delivered, each with a copy as it was then: a delivery takes far longer than that. */
let places: readonly { readonly place: HelperPlace; readonly copy: string }[] = [];
let used = 0;

beforeAll(async () => {
  places = await Promise.all(
    [installHelper(), installHelper()].map(async (place) => {
      const target = prepare(place);
      for (const release of ["r1", "r2"]) await deliver(place.host, target, release);
      const copy = `${place.folder}-copy`;
      execFileSync("cp", ["-a", place.folder, copy]);
      place.remove();
      return { place, copy };
    }),
  );
});

beforeEach(() => {
  used = 0;
});

afterAll(() => {
  for (const { copy } of places) rmSync(copy, { recursive: true });
});

/** The next of the two places, with r1 and r2; a test has both at most. */
function scene(shell: readonly string[]): Scene {
  const { place, copy } = places[used] ?? never();
  used += 1;
  execFileSync("cp", ["-a", copy, place.folder]);
  return sceneAt(place, shell);
}

/** A new place where only r1 was ever delivered. */
async function firstScene(shell: readonly string[]): Promise<Scene> {
  const place = installHelper();
  await deliver(place.host, prepare(place), "r1");
  return sceneAt(place, shell);
}

function prepare(place: HelperPlace): TargetAddress {
  const target = systemdTarget(place, ["a", "b"]);
  place.allow([target]);
  for (const unit of ["w@a.service", "w@b.service"]) writeUnit(place, unit, "sleep 60");
  return target;
}

function sceneAt(place: HelperPlace, shell: readonly string[]): Scene {
  onTestFinished(() => place.remove());
  const target = systemdTarget(place, ["a", "b"]);
  return { place, target, paste: (barred) => run(shell, hereOnly(place, returnLine(target, barred) ?? "")) };
}

function never(): never {
  throw new Error("a test has two places at most");
}

/** The line's own places are this test's, and root is whoever runs it. */
function hereOnly(place: HelperPlace, line: string): string {
  return line
    .replaceAll("/var/lib/keyturn", place.state)
    .replace("PATH=", `PATH=${join(place.folder, "bin")}:`)
    .replace("sleep 2", "sleep 0")
    .replace('"$(id -u)" = 0', `"$(id -u)" = ${process.getuid?.() ?? 0}`)
    .replaceAll("0:*", `${process.getuid?.() ?? 0}:*`);
}

function run([program = "", ...rest]: readonly string[], line: string): { code: number; said: string } {
  try {
    return { code: 0, said: execFileSync(program, [...rest, "-c", line], { encoding: "utf8", stdio: "pipe" }).trim() };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { code: status, said: stdout.trim() };
  }
}

async function deliver(host: Host, target: TargetAddress, release: string): Promise<void> {
  const content = Buffer.from(`content of ${release}`);
  const variables = [
    { name: "VALUE", value: Sensitive.of(`value-of-${release}`) },
    { name: "KEY", value: Sensitive.of(`/opt/.env.d/${release}/KEY`) },
  ];
  const text = variables.map(({ name, value }) => `${name}=${value.reveal().toString()}\n`).join("");
  const record = makeRecord({ release, digest: "ab".repeat(8), salt: "cd".repeat(16), variables });
  const answers = await host.perform(controller, [
    { kind: "attach", target, release, name: "KEY", content: Sensitive.of(content) },
    {
      kind: "stage",
      target,
      file: Sensitive.of(text),
      record: { ...record, digest: release.padStart(16, "0").replaceAll("r", "e") },
    },
    { kind: "swap", target },
  ]);
  expect(answers.filter(({ kind }) => kind === "failed")).toEqual([]);
}

/** What the helper keeps of a target, but for its lock and the folder's own times. */
function kept({ place, target }: Scene): Readonly<Record<string, string>> {
  const folder = join(place.state, target.id);
  const names = readdirSync(folder).filter((name) => !name.startsWith("lock"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

const fileOf = ({ place }: Scene) => readFileSync(join(place.folder, "opt", ".env"), "utf8");

for (const shell of shells) {
  describe(`the line, in ${shell.join(" ")}`, { timeout: 120_000 }, () => {
    test("brings the release before back, restarts what reads it, and leaves the state that the helper leaves", async () => {
      const byHelper = scene(shell);
      await byHelper.place.host.perform(controller, [{ kind: "return", target: byHelper.target }]);
      const byHand = scene(shell);
      const { code, said } = byHand.paste();
      expect({ code, said }).toEqual({ code: 0, said: "backend@here: back on r1; restarted: w@a.service w@b.service" });
      expect(fileOf(byHand)).toContain("VALUE=value-of-r1\n");
      expect(statSync(join(byHand.place.folder, "opt", ".env")).mode & 0o777).toBe(0o600);
      expect(Object.keys(kept(byHand)).toSorted()).toEqual(Object.keys(kept(byHelper)).toSorted());
      expect(kept(byHand)["record"]).toContain("release r1\n");
      const [seen] = await byHand.place.host.observe([byHand.target]);
      expect(seen).toMatchObject({ record: { release: "r1" }, file: { content: "recorded" } });
      expect(seen).not.toHaveProperty("previous");
      expect(seen?.instances.map(({ carries }) => carries.kind)).toEqual(["recorded", "recorded"]);
      expect(existsSync(join(byHand.place.folder, "opt", "..env.returned"))).toBe(false);
    });

    test("says of a second paste that it is back, and touches nothing", async () => {
      const at = scene(shell);
      at.paste();
      const before = fileOf(at);
      expect(at.paste()).toEqual({ code: 0, said: "backend@here: the release before is back already" });
      expect(fileOf(at)).toBe(before);
      await deliver(at.place.host, at.target, "r3");
      expect(at.paste().said).toContain("back on r1");
    });

    test("does nothing where nothing is kept, and says why", async () => {
      const first = await firstScene(shell);
      const why = "nothing earlier is kept: its values were retired, or this is the first release";
      expect(first.paste()).toEqual({ code: 1, said: `backend@here: nothing was changed: ${why}` });
      const at = scene(shell);
      await at.place.host.perform(controller, [{ kind: "forget", target: at.target }]);
      expect(at.paste().said).toContain(why);
      expect(fileOf(at)).toContain("value-of-r2");
    });

    test("does not bring back a release whose values were retired since the line was asked for", async () => {
      const at = scene(shell);
      expect(at.paste(["r9", "r1"])).toEqual({
        code: 1,
        said: "backend@here: nothing was changed: values of r1 were retired",
      });
      expect(at.paste(["r11"]).code).toBe(0);
    });

    test("brings nothing back that was changed, that is a link, or whose file variables are gone", async () => {
      const changed = scene(shell);
      const previous = join(changed.place.state, changed.target.id, "previous");
      writeFileSync(previous, "VALUE=other\n");
      expect(changed.paste().said).toContain("is damaged");
      rmSync(previous);
      symlinkSync("/etc/passwd", previous);
      expect(changed.paste().said).toContain("is not a plain file");
      const gone = scene(shell);
      rmSync(join(gone.place.folder, "opt", ".env.d", "r1", "KEY"));
      expect(gone.paste().said).toContain("KEY is missing or damaged");
      for (const one of [changed, gone]) expect(fileOf(one)).toContain("value-of-r2");
    });

    test("behind an instance that does not come up the others are left as they are", async () => {
      const at = scene(shell);
      rmSync(join(at.place.folder, "units", "w@a.service"));
      const { code, said } = at.paste();
      expect(code).toBe(1);
      expect(said).toContain("the file of r1 is back, but w@a.service did not come up with it");
      expect(said).toContain("left as they were: w@b.service");
    });
  });
}

test("is one line that any shell takes as it is, and a terminal too", () => {
  const file = { path: `/${"p".repeat(200)}/.env`, owner: "backend", group: "backend", mode: "600" };
  const instances = Array.from({ length: 20 }, (_, at) => ({ instance: `${at}`, unit: `backend@${at}.service` }));
  const runtimes: readonly TargetAddress["runtime"][] = [
    { kind: "systemd", file, instances },
    {
      kind: "compose",
      file,
      project: "/srv/app",
      composeFile: "compose.yaml",
      instances: [{ instance: "", unit: "app" }],
    },
    { kind: "site", path: "/var/www/app", owner: "www-data", group: "www-data" },
  ];
  for (const runtime of runtimes) {
    const line = returnLine({ id: "app@here", service: "app", runtime }, ["r1"]) ?? "";
    expect(line.split("'")).toHaveLength(3);
    expect(line).not.toMatch(/[\n\\]/);
    expect(line.length).toBeLessThan(4095);
  }
  expect(
    returnLine({ id: "a@h", service: "a", runtime: { kind: "process", command: [], directory: ".", instances: [] } }),
  ).toBeUndefined();
});
