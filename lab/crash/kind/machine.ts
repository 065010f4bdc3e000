import { setTimeout } from "node:timers/promises";
import { crashApply } from "../crash-apply.ts";
import type { Dice } from "../dice.ts";
import type { Kind } from "../kind.ts";
import { someMoment } from "../moment.ts";
import { hosts } from "../platform.ts";
import type { Running } from "../../command.ts";
import type { Scene } from "../scene.ts";

/** Kinds that hit the machine at the other end; the command itself lives, and has to cope. */
export const helper: Kind = {
  name: "helper",
  what: "SIGKILL of the program on the host, or of one that it has started",
  rounds: 3,
  round: (scene, dice) => {
    const host = dice.choose(hosts);
    const whom = dice.choose(["program", "child"]);
    return crashApply(scene, dice, {
      strike: async (running) => {
        const ms = await someMoment(dice, running, scene.pace());
        const { stdout } = await scene.lab.exec(host, ["sh", "-s", whom], { input: killHelper });
        return `${stdout.trim() || "nothing"} on ${host} after ${ms} ms`;
      },
    });
  },
};

export const sshd: Kind = {
  name: "sshd",
  what: "SIGKILL of the sshd of the session, or of all of them",
  rounds: 2,
  round: (scene, dice) => {
    const host = dice.choose(hosts);
    const whom = dice.choose(["sshd: deploy", "sshd"]);
    return crashApply(scene, dice, {
      strike: async (running) => {
        const ms = await someMoment(dice, running, scene.pace());
        const { status } = await scene.lab.exec(host, ["pkill", "-KILL", "-f", `^${whom}|/${whom}`]);
        return `${status === 0 ? whom : "nothing"} on ${host} after ${ms} ms`;
      },
      restore: () => restartSshd(scene, host),
    });
  },
  mend: async (scene) => {
    for (const host of hosts) await restartSshd(scene, host);
  },
};

export const host: Kind = {
  name: "host",
  what: "power cut of a host, booted again",
  rounds: 2,
  round: (scene, dice) => {
    const lost = dice.choose(hosts);
    return crashApply(scene, dice, {
      strike: async (running) => {
        const ms = await someMoment(dice, running, scene.pace());
        await scene.lab.kill(lost);
        return `${lost} after ${ms} ms`;
      },
      restore: () => scene.lab.boot(lost),
    });
  },
};

export const network: Kind = {
  name: "network",
  what: "link of a host down, for a second or until the command gave up",
  rounds: 2,
  round: (scene, dice) => {
    const lost = dice.choose(hosts);
    const short = dice.choose([true, false]);
    return crashApply(scene, dice, {
      strike: async (running) => {
        const ms = await pull(scene, dice, { running, lost });
        await (short ? setTimeout(1000) : running.ended);
        await scene.lab.reachable(lost);
        return `${lost} after ${ms} ms, ${short ? "for a second" : "to the end"}`;
      },
    });
  },
  mend: async ({ lab }) => {
    for (const lost of hosts) await lab.reachable(lost);
  },
};

async function pull(scene: Scene, dice: Dice, { running, lost }: { running: Running; lost: string }): Promise<number> {
  const ms = await someMoment(dice, running, scene.pace());
  await scene.lab.unreachable(lost);
  return ms;
}

async function restartSshd({ lab }: Scene, host: string): Promise<void> {
  await lab.exec(host, ["systemctl", "reset-failed", "ssh.service"]);
  await lab.exec(host, ["systemctl", "start", "ssh.service"]);
}

const helperPath = "/usr/local/lib/keyturn/keyturn-host";

/** At once, or as soon as one is at work within the next second. */
const killHelper = `
tries=0
until program=$(pgrep -f '^/bin/sh ${helperPath}' | head -n 1); [ -n "$program" ]; do
  tries=$((tries + 1))
  [ $tries -lt 50 ] || exit 0
  sleep 0.02
done
[ "$1" = program ] || { child=$(pgrep -P "$program" | head -n 1); [ -z "$child" ] || program=$child; }
name=$(cat /proc/$program/comm)
kill -KILL "$program" && echo "$name"
true
`;
