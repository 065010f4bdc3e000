import type { HostEntry } from "#contract";
import { addressOf } from "#delivery";
import {
  processMarks,
  readMarks,
  removeProcessMark,
  takeOverDetail,
  takeOverTitle,
  type BootstrapPlan,
  type BootstrapResult,
  type MarkedTarget,
} from "#host";
import { record } from "../change.ts";
import { inEnvironment, type Context, type LoadedPlatform, type RootLogin } from "../context.ts";
import { servicesToPrepare } from "./host-needs.ts";
import { rivalsAmong } from "../rival.ts";
import { processFolder } from "../start/process-folder.ts";

export interface MarkSearch {
  readonly entry: HostEntry;
  readonly login: RootLogin;
  /** number of the lease that is held */
  readonly lease: number;
}

/** Targets of this platform on one host that are not this store's to change: they would be refused to it. */
export async function marksAgainstUs(
  context: Context,
  { platform }: LoadedPlatform,
  { entry, login, lease }: MarkSearch,
): Promise<readonly MarkedTarget[]> {
  const prepared = servicesToPrepare(platform, entry.name).map((service) => addressOf(service, entry.name));
  const marks =
    prepared.length > 0
      ? await readMarks(
          context.rootWay(entry, login),
          entry.name,
          prepared.map(({ id }) => id),
        )
      : await processMarks(processFolder(context.home, context.environment), targetsOf(platform.services, entry.name));
  const rivals = await rivalsAmong(context, platform, { marks, lease });
  return rivals.map(({ mark }) => mark);
}

/** Shown, and then done here: local processes have no root that decides, but whoever can write the home folder. */
export function localTakeOver(host: string, marks: readonly MarkedTarget[]): BootstrapPlan {
  const steps = marks.map((mark) => ({ title: takeOverTitle(mark.target), detail: takeOverDetail(mark) }));
  return { host, steps, script: "" };
}

export async function takeOverLocally(
  context: Context,
  plan: BootstrapPlan,
  { marks, seen }: { readonly marks: readonly MarkedTarget[]; readonly seen: (result: BootstrapResult) => void },
): Promise<void> {
  const { platform } = await context.loadPlatform();
  const targets = targetsOf(platform.services, plan.host);
  for (const [index, mark] of marks.entries()) {
    const service = targets.find(({ id }) => id === mark.target)?.service;
    const step = plan.steps[index];
    if (service === undefined || step === undefined) continue;
    await removeProcessMark(processFolder(context.home, context.environment), service, mark);
    seen({ ...step, state: "changed" });
  }
}

/** In the log before anything is done: whoever lost a target finds who took it. */
export async function recordTakeOver(context: Context, host: string, marks: readonly MarkedTarget[]): Promise<void> {
  await inEnvironment(context, async (_environment, tx) => {
    for (const { target, owner, epoch, lease, auditHead } of marks) {
      const detail = { host, owner, epoch, lease, auditHead };
      await record(context, tx, { action: "host.take-over", subject: target, detail });
    }
  });
}

function targetsOf(services: LoadedPlatform["platform"]["services"], host: string) {
  return services.filter(({ hosts }) => hosts.includes(host)).map((service) => addressOf(service, host));
}
