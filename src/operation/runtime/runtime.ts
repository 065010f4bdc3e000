import { isUserId, targetId, userService, type Platform, type Service } from "#contract";
import { addressOf } from "#delivery";
import { AppError } from "#kernel";
import type { Failure, RolloutOutcome } from "#rollout";
import type { StoredRuntime } from "#store";
import { demand } from "../authority.ts";
import { inPlatform, record } from "../change.ts";
import { inEnvironment, readEnvironment, type Context } from "../context.ts";
import { applyPlatform, applyUnder, type ApplyResult } from "../deploy/apply.ts";
import { atOnce } from "../deploy/at-once.ts";
import { controllerOf, type Watcher } from "../deploy/carry-out.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { withLeaseSoon, type HeldLease } from "../deploy/lease.ts";
import { ownerOf } from "../owner.ts";

/** Whose runtime, and of which service; the only one that runs for users where it is left out. */
export interface RuntimeRequest {
  readonly user: string;
  readonly service?: string;
}

export interface CreatedRuntime extends Pick<StoredRuntime, "service" | "user" | "host"> {
  /** `existed`: it was there already, and was left as it is */
  readonly kind: "created" | "existed";
  readonly target: string;
}

export interface CreateRequest extends RuntimeRequest, Partial<Watcher> {
  /** told as soon as it has its place, before it is brought there */
  readonly onPlaced?: (runtime: CreatedRuntime) => void;
}

/** A rollout of all runtimes takes longer: whoever creates one then is told to come again. Milliseconds. */
const patience = 20_000;

/**
 * A runtime for a user, with everything that it needs, healthy when this returns; it is made where fewest are. What does
 * not come up leaves nothing behind (RUNTIME_FAILED). May be repeated.
 */
export async function createRuntime(context: Context, request: CreateRequest): Promise<CreatedRuntime> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  const service = userServiceOf(platform, request.service);
  const { user } = request;
  if (!isUserId(user)) throw invalidUser();
  const doing = `runtime of ${userService(service.name, user)}`;
  return withLeaseSoon(context, { doing, limit: patience }, async (lease) => {
    const { runtime, isNew } = await addRuntime(context, platform, service, user);
    const about = { service: service.name, user, host: runtime.host, target: targetOf(runtime) };
    const placed: CreatedRuntime = { ...about, kind: isNew ? "created" : "existed" };
    request.onPlaced?.(placed);
    const applied = await bring(context, lease, { ...request, part: about.target });
    if (applied === undefined || applied.kind === "done") return placed;
    if (isNew) await takeAway(context, lease, runtime);
    throw runtimeFailed(user, applied.failure);
  });
}

export function runtimeFailed(user: string, { detail }: Pick<Failure, "detail">): AppError {
  return new AppError("RUNTIME_FAILED", `the runtime of ${user} did not come up: ${detail}`);
}

interface Bringing extends Partial<Watcher> {
  readonly part: string;
}

/** Nothing where it is as it should be. What is refused before anything changed leaves no trace of a new one either. */
async function bring(
  context: Context,
  lease: HeldLease,
  { part, onEvent = () => undefined, onBegun, signal }: Bringing,
): Promise<RolloutOutcome | undefined> {
  const result: ApplyResult = await applyUnder(context, lease, {
    part: [part],
    onEvent,
    ...(onBegun === undefined ? {} : { onBegun }),
    ...(signal === undefined ? {} : { signal }),
    confirm: async () => true,
  });
  return result.kind === "rolled-out" ? result.outcome : undefined;
}

function addRuntime(context: Context, platform: Platform, service: Service, user: string) {
  return inPlatform(context, platform, async ({ userRuntimes }, tx) => {
    const all = await userRuntimes.list();
    const known = all.find((one) => one.service === service.name && one.user === user);
    if (known !== undefined) return { runtime: known, isNew: false };
    const host = emptiest(platform, service, all);
    const runtime = await userRuntimes.add({ service: service.name, user, host, actor: context.actor });
    await record(context, tx, { action: "runtime.create", subject: service.name, detail: { user, host } });
    return { runtime, isNew: true };
  });
}

function emptiest({ hosts }: Platform, service: Service, runtimes: readonly StoredRuntime[]): string {
  const excluded = new Set(hosts.filter((one) => one.excluded).map(({ name }) => name));
  const counts = service.hosts
    .filter((host) => !excluded.has(host))
    .map((host) => ({ host, count: runtimes.filter((one) => one.host === host).length }));
  const [first] = counts.toSorted((a, b) => a.count - b.count);
  if (first !== undefined) return first.host;
  throw new AppError("NOT_FOUND", `every host of ${service.name} is excluded`, {
    hint: "take one back in the manifest",
  });
}

/** NOT_FOUND where the user has none. */
export async function removeRuntime(context: Context, request: RuntimeRequest): Promise<{ readonly target: string }> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  const service = userServiceOf(platform, request.service);
  const doing = `removing ${userService(service.name, request.user)}`;
  return withLeaseSoon(context, { doing, limit: patience }, async (lease) => {
    const runtime = await findRuntime(context, service, request.user);
    await takeAway(context, lease, runtime);
    return { target: targetOf(runtime) };
  });
}

/** First what runs, then the row: one that was killed between the two is removed by a second try. */
async function takeAway(context: Context, lease: HeldLease, runtime: StoredRuntime): Promise<void> {
  const { platform } = await loadDeployed(context);
  const service = platform.services.find(({ name }) => name === userService(runtime.service, runtime.user));
  const host = platform.hosts.find(({ name }) => name === runtime.host);
  if (service !== undefined && host !== undefined) {
    const owner = await ownerOf(context, platform);
    const controller = await inEnvironment(context, (environment, tx) =>
      controllerOf({ environment, tx }, owner, lease),
    );
    await context.runtimes(host).remove(controller, addressOf(service, host.name));
  }
  const { user, host: from } = runtime;
  await inEnvironment(context, async ({ userRuntimes }, tx) => {
    await userRuntimes.remove(runtime);
    await record(context, tx, { action: "runtime.remove", subject: runtime.service, detail: { user, host: from } });
  });
}

async function findRuntime(context: Context, service: Service, user: string): Promise<StoredRuntime> {
  const runtimes = await readEnvironment(context, ({ userRuntimes }) => userRuntimes.list());
  const found = runtimes.find((one) => one.service === service.name && one.user === user);
  if (found !== undefined) return found;
  throw new AppError("NOT_FOUND", `no such user has a runtime of ${service.name}`, {
    hint: "`keyturn runtimes` lists them",
  });
}

export interface RestartRequest extends Watcher {
  /** all of them where it is left out */
  readonly user?: string;
  readonly service?: string;
  /** all at once, without a canary */
  readonly now?: boolean;
  /** see {@link ApplyRequest} */
  readonly expected?: string;
  readonly confirm: (runtimes: number) => Promise<boolean>;
}

/** Makes runtimes anew although nothing changed: one first, then in waves, back when one does not come up. */
export async function restartRuntimes(context: Context, request: RestartRequest): Promise<ApplyResult> {
  demand(context, request.user === undefined ? "admin" : "operator");
  const { platform } = await context.loadPlatform();
  const service = userServiceOf(platform, request.service);
  const { user, now, service: _service, confirm, ...watcher } = request;
  const part = user === undefined ? service.name : targetOf(await findRuntime(context, service, user));
  return applyPlatform(context, {
    ...watcher,
    part: [part],
    renew: true,
    ...(now === true ? { waves: atOnce } : {}),
    confirm: ({ changes }) => confirm(changes.length),
  });
}

/** NOT_FOUND where the manifest has none, or several and none was named. */
export function userServiceOf({ services }: Platform, name: string | undefined): Service {
  const all = services.filter(({ perUser }) => perUser !== undefined);
  const [only, ...others] = name === undefined ? all : all.filter((service) => service.name === name);
  if (only !== undefined && others.length === 0) return only;
  const hint =
    all.length === 0
      ? "a service with per-user: true in keyturn.yaml has runtimes"
      : `name one of ${all.map((service) => service.name).join(", ")}`;
  throw new AppError("NOT_FOUND", "there is no one service that runs for users by that name", { hint });
}

export function targetOf({ service, user, host }: Pick<StoredRuntime, "service" | "user" | "host">): string {
  return targetId(userService(service, user), host);
}

function invalidUser(): AppError {
  return new AppError("NAME_INVALID", "that can't be the id of a user", {
    hint: "letters, digits, _ and -, at most 63, beginning with a letter or a digit: a UUID fits",
  });
}
