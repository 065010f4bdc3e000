import { AppError } from "#kernel";
import { helperPlace } from "../helper/helper-text.ts";
import type { Controller } from "../host.ts";
import { printable } from "../printable.ts";
import { checked, grammar } from "./allowlist.ts";
import { runAsRoot, type BootstrapWay } from "./root-script.ts";

/** Who has a target, as its machine keeps it. */
export interface MarkedTarget extends Controller {
  readonly target: string;
}

/** Reads, as root, whose these targets are; those that nobody owns are left out. Changes nothing. */
export async function readMarks(
  way: BootstrapWay,
  host: string,
  targets: readonly string[],
): Promise<readonly MarkedTarget[]> {
  const marks: MarkedTarget[] = [];
  const broken: string[] = [];
  const { code, complaint, explain } = await runAsRoot(way, lookScript(targets), (line) => {
    const [word, target = "", owner = "", epoch = "", lease = "", head = ""] = line.split(" ");
    if (word !== "keyturn-mark" || !targets.includes(target)) return;
    if (!words.test(owner) || !numbers.test(epoch) || !numbers.test(lease) || !words.test(head)) broken.push(target);
    else marks.push({ target, owner, epoch: Number(epoch), lease: Number(lease), auditHead: head === "-" ? "" : head });
  });
  if (explain !== undefined) throw await explain(code, complaint);
  if (code !== 0) {
    const said = printable(complaint.trim().split("\n").at(-1) ?? "", 300);
    throw new AppError("COMMAND_FAILED", `${host} did not tell whose its targets are: ${said}`);
  }
  if (broken.length > 0) {
    throw new AppError("HOST_ANSWER_BROKEN", `${host} has an unreadable owner of ${broken.join(", ")}`);
  }
  return marks;
}

/** Steps of a bootstrap: each removes one mark, if it is still the one that was shown. */
export function takeOverSteps(marks: readonly MarkedTarget[]) {
  return marks.map((mark) => {
    const { target, owner, epoch, lease, auditHead } = mark;
    const head = auditHead === "" ? "-" : checked("audit head", auditHead, words);
    const line = [checked("owner", owner, words), epoch, lease, head].join(" ");
    const state = `${helperPlace.state}/${checked("target", target, grammar.names)}`;
    return {
      title: takeOverTitle(target),
      detail: takeOverDetail(mark),
      script: `take_over ${state} '${line}'`,
    };
  });
}

export function takeOverTitle(target: string): string {
  return `take over ${target}`;
}

export function takeOverDetail({ owner, epoch, lease }: MarkedTarget): string {
  return `from ${owner}, epoch ${epoch} lease ${lease}; its file stays, the next plan looks at what is there`;
}

const words = /^[A-Za-z0-9@._:\\/+-]+$/;
const numbers = /^\d{1,15}$/;

function lookScript(targets: readonly string[]): string {
  const marks = targets.map((target) => {
    const path = `${helperPlace.state}/${checked("target", target, grammar.names)}/controller`;
    return `[ ! -f ${path} ] || printf 'keyturn-mark %s %s\\n' ${target} "$(head -c 1000 ${path} | head -n 1)"`;
  });
  return ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "export PATH", "echo", ...marks, "exit 0", ""].join("\n");
}
