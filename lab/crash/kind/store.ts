import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Dice } from "../dice.ts";
import type { Kind, Round } from "../kind.ts";
import { atBoundary, killAtSomeMoment } from "../moment.ts";
import { must, type Scene } from "../scene.ts";
import { readTrail } from "../trail.ts";

/** Kinds that hit the command at work on the store itself, at a random moment or at a boundary, in turn. */
export const backup = storeKind({
  name: "backup",
  what: "SIGKILL of `keyturn backup`",
  rounds: 3,
  words: ({ scratch }) => `backup ${scratch}/store.backup`,
  judge: async ({ scene, scratch }, again) => [
    ...(again.code === 0 || existsSync(`${scratch}/store.backup`) ? [] : ["no backup could be made afterwards"]),
    ...(await failures(scene, [
      `restore ${scratch}/store.backup --home ${scratch}/restored --key-file ${scene.home}/plain.key`,
    ])),
    ...leftBeside(scratch, ["store.backup", "restored"]),
  ],
});

export const restore = storeKind({
  name: "restore",
  what: "SIGKILL of `keyturn restore` into an empty home",
  rounds: 3,
  prepare: ({ scene, scratch }) => must(scene, `backup ${scratch}/store.backup`),
  words: ({ scene, scratch }) =>
    `restore ${scratch}/store.backup --home ${scratch}/restored --key-file ${scene.home}/plain.key`,
  judge: async ({ scene, scratch }) => [
    ...(await failures(scene, [`audit verify --home ${scratch}/restored --key-file ${scene.home}/plain.key`])),
    ...leftBeside(join(scratch, "restored"), storeFiles),
  ],
});

export const rekey = storeKind({
  name: "rekey",
  what: "SIGKILL of `keyturn rekey`",
  rounds: 3,
  words: () => "rekey",
  judge: async ({ scene }) => [
    ...(await failures(scene, ["audit verify"])),
    ...readdirSync(scene.home)
      .filter((name) => name.includes(".next"))
      .map((name) => `${name} is left in the home folder`),
  ],
});

export const migration = storeKind({
  name: "migration",
  what: "SIGKILL of a command that migrates the store",
  rounds: 2,
  prepare: async ({ scene, scratch }) => {
    mkdirSync(join(scratch, "old"));
    for (const name of ["keyturn.db", "plain.key"]) copyFileSync(join(scene.home, name), join(scratch, "old", name));
    beforeLatestMigration(join(scratch, "old/keyturn.db"));
  },
  words: ({ scratch }) => `audit verify --home ${scratch}/old`,
  judge: async ({ scratch }) => {
    const database = new DatabaseSync(join(scratch, "old/keyturn.db"));
    const rows = database.prepare("select number from schema_migration").all();
    database.close();
    return rows.length > 1 ? [] : ["the store was not migrated"];
  },
});

export const creation = storeKind({
  name: "creation",
  what: "SIGKILL of the command that makes a store",
  rounds: 3,
  words: ({ scratch }) => `init --yes --home ${scratch}/new`,
  judge: async ({ scene, scratch }) => [
    ...(await failures(scene, [`audit verify --home ${scratch}/new`])),
    ...leftBeside(join(scratch, "new"), [...storeFiles, "plain.key"]),
  ],
});

const storeFiles = ["keyturn.db", "keyturn.db-wal", "keyturn.db-shm"];

interface Work {
  readonly scene: Scene;
  /** an empty folder for this round */
  readonly scratch: string;
}

interface StoreKind extends Pick<Kind, "name" | "what" | "rounds"> {
  readonly prepare?: (work: Work) => Promise<unknown>;
  readonly words: (work: Work) => string;
  /** behind the second run, which nobody kills */
  readonly judge: (work: Work, again: { readonly code: number | null }) => Promise<readonly string[]>;
}

function storeKind({ name, what, rounds, prepare, words, judge }: StoreKind): Kind {
  let number = 0;
  let boundaries: number | undefined;
  let duration = 0;
  return {
    name,
    what: `${what}, at a random moment or at one of its boundaries`,
    rounds,
    round: async (scene, dice) => {
      const first = await freshWork(scene, prepare);
      if (boundaries === undefined) {
        [boundaries, duration] = await measured(scene, words(first));
        return crashStore({ ...(await freshWork(scene, prepare)), words, judge }, { dice, number, duration });
      }
      number += 1;
      const at = number % 2 === 0 ? 0 : (((number - 1) / 2) % boundaries) + 1;
      return crashStore({ ...first, words, judge }, { dice, number: at, duration });
    },
  };
}

async function freshWork(scene: Scene, prepare: StoreKind["prepare"]): Promise<Work> {
  const work = { scene, scratch: join(scene.top, "scratch") };
  rmSync(work.scratch, { recursive: true, force: true });
  mkdirSync(work.scratch);
  await prepare?.(work);
  return work;
}

/** How many boundaries a run has that nobody kills, and how long it takes. */
async function measured(scene: Scene, words: string): Promise<[number, number]> {
  const { options, passed } = atBoundary(scene, 0);
  const start = performance.now();
  await must(scene, words, options);
  return [passed().length, performance.now() - start];
}

interface Moment {
  readonly dice: Dice;
  /** of the boundary; 0 is a random moment */
  readonly number: number;
  readonly duration: number;
}

async function crashStore(
  { scene, scratch, words, judge }: Work & Pick<StoreKind, "words" | "judge">,
  { dice, number, duration }: Moment,
): Promise<Round> {
  const work = { scene, scratch };
  const { options, passed } = atBoundary(scene, number);
  const running = scene.start(words(work), number === 0 ? {} : options);
  if (number > 0) await running.ended;
  const hit = number > 0 ? `boundary ${number}: ${passed().at(-1)}` : await killAtSomeMoment(dice, running, duration);
  const again = await scene.keyturn(words(work));
  // what had come to its end before the crash is there already
  const good = again.code === 0 || again.err.includes("already");
  const { broken } = await readTrail(scene);
  return {
    hit,
    left: "whole",
    next: "again",
    faults: [
      ...(good ? [] : [`keyturn ${words(work)} ended with ${again.code}: ${again.out}${again.err}`]),
      ...(broken === undefined ? [] : [`the audit tree does not verify: ${broken}`]),
      ...(await judge(work, again)),
    ],
  };
}

async function failures(scene: Scene, calls: readonly string[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const words of calls) {
    const { code, out, err } = await scene.keyturn(words);
    if (code !== 0) faults.push(`keyturn ${words} ended with ${code}: ${out}${err}`);
  }
  return faults;
}

function leftBeside(folder: string, expected: readonly string[]): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !expected.includes(name))
    .map((name) => `${name} is left in ${basename(folder)}`);
}

/** As an earlier Keyturn left it: without what the newest migration brought. */
function beforeLatestMigration(file: string): void {
  const database = new DatabaseSync(file);
  database.exec("alter table lease drop column process; delete from schema_migration where number = 2");
  database.close();
}
