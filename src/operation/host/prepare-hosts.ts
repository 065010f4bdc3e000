import type { HostEntry, Platform } from "#contract";
import { runBootstrap, takeOverTitle, type BootstrapPlan, type BootstrapResult, type MarkedTarget } from "#host";
import { AppError } from "#kernel";
import { record } from "../change.ts";
import { inEnvironment, type Context, type LoadedPlatform, type RootLogin } from "../context.ts";
import type { PlannedPreparation, PreparationEvent } from "../event.ts";
import { planPreparation } from "./host-needs.ts";
import { withLease } from "../deploy/lease.ts";
import { localTakeOver, marksAgainstUs, recordTakeOver, takeOverLocally } from "./take-over.ts";

export interface PrepareHostsRequest {
  /** none is every host that is not excluded */
  readonly hosts: readonly string[];
  /** how to become root there, once */
  readonly login: RootLogin;
  /** the user that later deploys log in as; otherwise the one that the ssh configuration names */
  readonly deployUser?: string;
  /** also removes the mark of another controller, so that the next plan of this store may change the targets */
  readonly takeOver: boolean;
  /** shown every step before anything is done; false stops */
  readonly confirm: (plans: readonly BootstrapPlan[]) => Promise<boolean>;
  readonly onEvent: (event: PreparationEvent) => void;
}

export type PrepareHostsResult =
  | { readonly kind: "cancelled" }
  | {
      readonly kind: "prepared";
      readonly hosts: readonly PreparedHost[];
      /** only plain local processes run there */
      readonly nothingNeeded: readonly string[];
    };

export interface PreparedHost {
  readonly host: string;
  /** whose each target was that this store may change from now on */
  readonly takenOver: readonly MarkedTarget[];
  /** steps that ended, in order */
  readonly steps: readonly BootstrapResult[];
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** Helper, allowlist, sudo rule, users, folders and units. May be repeated: what is there already stays. */
export async function prepareHosts(context: Context, request: PrepareHostsRequest): Promise<PrepareHostsResult> {
  if (!request.takeOver) return prepareEach(context, request);
  await context.makeStore();
  return withLease(context, "taking hosts over", ({ number }) => prepareEach(context, request, number));
}

async function prepareEach(
  context: Context,
  request: PrepareHostsRequest,
  lease?: number,
): Promise<PrepareHostsResult> {
  const loaded = await context.loadPlatform();
  const entries = selectHosts(loaded.platform, request.hosts);
  const planned = await Promise.all(entries.map((entry) => planOne(context, { loaded, entry, request, lease })));
  const wanted = planned.flatMap((one) => (one.plan === undefined ? [] : [{ ...one, plan: one.plan }]));
  const nothingNeeded = planned.flatMap(({ entry, plan }) => (plan === undefined ? [entry.name] : []));
  await context.makeStore();
  if (wanted.length > 0 && !(await request.confirm(wanted.map(({ plan }) => plan)))) return { kind: "cancelled" };
  request.onEvent({ kind: "preparation", hosts: wanted.map(({ plan }) => plannedPreparation(plan)) });
  const hosts = await Promise.all(wanted.map((one) => prepareOne(context, one, request)));
  return { kind: "prepared", hosts, nothingNeeded };
}

function plannedPreparation({ host, steps }: BootstrapPlan): PlannedPreparation {
  return { host, steps: steps.map(({ title }) => title) };
}

interface Planned {
  readonly entry: HostEntry;
  readonly plan: BootstrapPlan | undefined;
  readonly marks: readonly MarkedTarget[];
}

interface PlanInput {
  readonly loaded: LoadedPlatform;
  readonly entry: HostEntry;
  readonly request: PrepareHostsRequest;
  readonly lease: number | undefined;
}

async function planOne(context: Context, { loaded, entry, request, lease }: PlanInput): Promise<Planned> {
  const { login } = request;
  const marks = lease === undefined ? [] : await marksAgainstUs(context, loaded, { entry, login, lease });
  const deployUser = request.deployUser ?? (await context.loginUser(entry));
  const plan = await planPreparation(loaded, entry, deployUser, marks);
  return { entry, marks, plan: plan ?? (marks.length === 0 ? undefined : localTakeOver(entry.name, marks)) };
}

/** NOT_FOUND for a name that the environment lacks. */
export function selectHosts({ hosts }: Platform, names: readonly string[]): readonly HostEntry[] {
  if (names.length === 0) return hosts.filter(({ excluded }) => !excluded);
  return names.map((name) => {
    const found = hosts.find((host) => host.name === name);
    if (found !== undefined) return found;
    const hint = `there are ${hosts.map((host) => host.name).join(", ")}`;
    throw new AppError("NOT_FOUND", `no host is called ${name}`, { hint });
  });
}

/** One machine that fails does not keep the others from being prepared. */
async function prepareOne(
  context: Context,
  { entry, plan, marks }: Planned & { readonly plan: BootstrapPlan },
  { login, onEvent }: PrepareHostsRequest,
): Promise<PreparedHost> {
  const steps: BootstrapResult[] = [];
  const seen = (result: BootstrapResult): void => {
    steps.push(result);
    const state = result.state === "ok" ? "unchanged" : result.state;
    onEvent({ kind: "preparation-step", host: entry.name, step: result.title, state });
  };
  if (marks.length > 0) await recordTakeOver(context, entry.name, marks);
  const work =
    plan.script === ""
      ? takeOverLocally(context, plan, { marks, seen })
      : runBootstrap(context.rootWay(entry, login), plan, seen);
  const failure = await work.then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return { code: error.code, message: error.message, hint: error.hint };
    },
  );
  onEvent({
    kind: "preparation-end",
    host: entry.name,
    state: failure === undefined ? "done" : "failed",
    detail: failure?.message ?? "",
  });
  const changed = steps.filter(({ state }) => state === "changed").map(({ title }) => title);
  const detail = { changed, ...(failure === undefined ? {} : { failed: failure.message }) };
  await inEnvironment(context, (_environment, tx) =>
    record(context, tx, { action: "host.prepare", subject: entry.name, detail }),
  );
  const takenOver = marks.filter(({ target }) => steps.some(({ title }) => title === takeOverTitle(target)));
  return { host: entry.name, takenOver, steps, ...(failure === undefined ? {} : { failure }) };
}
