import { crashApply } from "../crash-apply.ts";
import type { Dice } from "../dice.ts";
import type { Kind } from "../kind.ts";
import { someMoment } from "../moment.ts";
import { targets } from "../platform.ts";
import type { Scene } from "../scene.ts";

/** Kinds that hit the file system that a target's file, or what is kept about it, is on. */
export const disk = fileSystemKind("disk", "full file system", 2, {
  spoil: "dd if=/dev/zero of=$1/filler bs=64k; dd if=/dev/zero of=$1/filler2 bs=1",
  restore: "rm -f $1/filler $1/filler2",
});

export const readOnly = fileSystemKind("readonly", "file system turned read-only", 2, {
  spoil: "mount -o remount,ro $1",
  restore: "mount -o remount,rw $1",
});

export const inodes = fileSystemKind("inodes", "full inode table", 2, {
  spoil: "mkdir $1/filler; i=0; while : >$1/filler/$i; do i=$((i+1)); done",
  restore: "rm -rf $1/filler",
});

interface Spoiling {
  readonly spoil: string;
  readonly restore: string;
}

function fileSystemKind(name: string, what: string, rounds: number, { spoil, restore }: Spoiling): Kind {
  return {
    name,
    what: `${what} under the file, or under what the host keeps about it, at a random moment`,
    rounds,
    round: async (scene, dice) => {
      const at = await smallFileSystem(scene, dice);
      try {
        return await crashApply(scene, dice, {
          strike: async (running) => {
            const ms = await someMoment(dice, running, scene.pace());
            await inside(scene, at, spoil);
            await running.ended;
            return `${at.folder} on ${at.host} after ${ms} ms`;
          },
          restore: () => inside(scene, at, restore),
        });
      } finally {
        await inside(scene, at, `${restore}\n${takeAway}`);
      }
    },
  };
}

interface Place {
  readonly host: string;
  readonly folder: string;
}

/** A small file system in memory in the folder's place, with what was in it; nothing stays hidden below. */
async function smallFileSystem(scene: Scene, dice: Dice): Promise<Place> {
  const target = dice.choose([targets[0], targets[1]]);
  const at = { host: target.host, folder: dice.choose([target.folder, "/var/lib/keyturn"]) };
  await inside(scene, at, putInPlace);
  return at;
}

const putInPlace = `
tar -C $1 -cf /run/ktcrash.tar .
find $1 -mindepth 1 -delete
mount -t tmpfs -o size=2m,nr_inodes=200,mode=755 ktcrash $1
tar -C $1 -xpf /run/ktcrash.tar
rm /run/ktcrash.tar
`;

const takeAway = `
mountpoint -q $1 || exit 0
tar -C $1 -cf /run/ktcrash.tar .
umount $1 || umount -l $1
find $1 -mindepth 1 -delete
tar -C $1 -xpf /run/ktcrash.tar
rm /run/ktcrash.tar
`;

async function inside({ lab }: Scene, { host, folder }: Place, script: string): Promise<void> {
  await lab.exec(host, ["sh", "-s", folder], { input: script });
}
