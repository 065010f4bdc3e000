import type { HostEntry, Platform } from "#contract";
import { createConnectionLimit, runBootstrap, type BootstrapPlan, type BootstrapResult } from "#host";
import { AppError } from "#kernel";
import { record } from "./change.ts";
import { inEnvironment, type Context, type RootLogin } from "./context.ts";
import { planPreparation } from "./host-needs.ts";

export interface PrepareHostsRequest {
  /** none is every host that is not excluded */
  readonly hosts: readonly string[];
  /** how to become root there, once */
  readonly login: RootLogin;
  /** the user that later deploys log in as; otherwise the one that the ssh configuration names */
  readonly deployUser?: string;
  /** shown every step before anything is done; false stops */
  readonly confirm: (plans: readonly BootstrapPlan[]) => Promise<boolean>;
  readonly onStep: (host: string, result: BootstrapResult) => void;
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
  /** steps that ended, in order */
  readonly steps: readonly BootstrapResult[];
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** Helper, allowlist, sudo rule, users, folders and units. May be repeated: what is there already stays. */
export async function prepareHosts(context: Context, request: PrepareHostsRequest): Promise<PrepareHostsResult> {
  const loaded = await context.loadPlatform();
  const entries = selectHosts(loaded.platform, request.hosts);
  const planned = await Promise.all(
    entries.map(async (entry) => {
      const deployUser = request.deployUser ?? (await context.loginUser(entry));
      return { entry, plan: await planPreparation(loaded, entry, deployUser) };
    }),
  );
  const wanted = planned.flatMap(({ entry, plan }) => (plan === undefined ? [] : [{ entry, plan }]));
  const nothingNeeded = planned.flatMap(({ entry, plan }) => (plan === undefined ? [entry.name] : []));
  await context.makeStore();
  if (wanted.length > 0 && !(await request.confirm(wanted.map(({ plan }) => plan)))) return { kind: "cancelled" };
  const limit = createConnectionLimit();
  const hosts = await Promise.all(
    wanted.map(({ entry, plan }) => limit(() => prepareOne(context, entry, plan, request))),
  );
  return { kind: "prepared", hosts, nothingNeeded };
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
  entry: HostEntry,
  plan: BootstrapPlan,
  { login, onStep }: PrepareHostsRequest,
): Promise<PreparedHost> {
  const steps: BootstrapResult[] = [];
  const seen = (result: BootstrapResult): void => {
    steps.push(result);
    onStep(entry.name, result);
  };
  const failure = await runBootstrap(context.rootWay(entry, login), plan, seen).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return { code: error.code, message: error.message, hint: error.hint };
    },
  );
  const changed = steps.filter(({ state }) => state === "changed").map(({ title }) => title);
  const detail = { changed, ...(failure === undefined ? {} : { failed: failure.message }) };
  await inEnvironment(context, (_environment, tx) =>
    record(context, tx, { action: "host.prepare", subject: entry.name, detail }),
  );
  return { host: entry.name, steps, ...(failure === undefined ? {} : { failure }) };
}
