import { crashApply } from "../crash-apply.ts";
import type { Kind } from "../kind.ts";
import { killAtSomeMoment } from "../moment.ts";

export const command: Kind = {
  name: "command",
  what: "SIGKILL of `keyturn apply` at a random moment",
  rounds: 6,
  round: (scene, dice) =>
    crashApply(scene, dice, { strike: (running) => killAtSomeMoment(dice, running, scene.pace()) }),
};
